"""A person's own text before training: its size, words worth watching, and the corpus file that training reads."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from elmo.errors import InputError
from elmo.tokenizer import process

MIN_WORDS, MIN_SENTENCES = 200, 20

_SENTENCES_A_DOCUMENT = 10


@dataclass(frozen=True)
class TextFacts:
    """The size of a text, and words of the text that are worth watching.

    Attributes:
        n_words, n_distinct, n_sentences: size of the text; punctuation marks count as words.
        candidates: frequent words to watch with their counts, most frequent first.
        frequency_perplexity: perplexity of predicting each word by its frequency alone; a useful model has a lower one.
    """

    n_words: int
    n_distinct: int
    n_sentences: int
    candidates: tuple[tuple[str, int], ...]
    frequency_perplexity: float

    @property
    def advice(self) -> str | None:
        """A note on the results to expect of a small text; None if the text is large enough."""
        if self.n_words < MIN_WORDS or self.n_sentences < MIN_SENTENCES:
            return (
                f"Too small to train on: {self.n_words:,} words in {self.n_sentences:,} sentences, "
                f"at least {MIN_WORDS} words and {MIN_SENTENCES} sentences are needed. Add text, or "
                "use the bundled model."
            )
        if self.n_words < 20_000:
            return (
                f"{self.n_words:,} words are very few: a model from nothing learns them by heart "
                "and little else (watch the held-out perplexity rise while the other falls). Teach "
                "the bundled model further, or add text: 20,000 words show a little, a million show "
                "senses."
            )
        if self.n_words < 500_000:
            return (
                f"{self.n_words:,} words teach a model from nothing the frequent words and how they "
                "follow each other. To tell senses apart takes millions; teaching the bundled model "
                "further keeps what it knows of them."
            )
        return None


def look_at(text: str) -> TextFacts:
    """The facts of a text.

    Raises:
        InputError: the text is longer than the tokenizer takes.
    """
    counts: Counter[str] = Counter()
    n_sentences = 0
    for sentence in process(text):
        n_sentences += 1
        counts.update(sentence.tokens)
    n_words = sum(counts.values())
    shares = np.array(list(counts.values()), float) / max(n_words, 1)
    perplexity = float(np.exp(-(shares * np.log(shares)).sum())) if n_words else 1.0
    return TextFacts(n_words, len(counts), n_sentences, _candidates(counts), perplexity)


def _candidates(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    """Words of at least four letters and five uses that are no stop words, with their counts."""
    from spacy.lang.en.stop_words import STOP_WORDS

    frequent = [
        (word, n)
        for word, n in counts.most_common(5_000)
        if n >= 5 and len(word) >= 4 and word.isalpha() and word.casefold() not in STOP_WORDS
    ]
    return tuple(frequent[:300])


def write_corpus(text: str, path: Path) -> None:
    """Write a text in the form that training reads: a sentence on a line, a blank line between documents.

    A document ends at a blank line of the text, or after some sentences, so that there are about 40
    documents or more, of which some are held out.

    Raises:
        InputError: the text is too short.
    """
    paragraphs = [process(part).sentences for part in re.split(r"\n\s*\n", text)]
    n_sentences = sum(map(len, paragraphs))
    n_words = sum(len(sentence) for sentences in paragraphs for sentence in sentences)
    if n_words < MIN_WORDS or n_sentences < MIN_SENTENCES:
        raise InputError(
            f"the text has {n_words:,} words in {n_sentences:,} sentences, at least {MIN_WORDS} "
            f"words and {MIN_SENTENCES} sentences are needed to train on; add text."
        )
    most = min(_SENTENCES_A_DOCUMENT, max(1, n_sentences // 40))
    with path.open("w", encoding="utf-8") as out:
        for sentences in paragraphs:
            for start in range(0, len(sentences), most):
                for sentence in sentences[start : start + most]:
                    out.write(" ".join(sentence.text.split()) + "\n")
                out.write("\n")
