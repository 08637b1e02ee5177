"""Every run of one and two tokens of a text: how often it stands there, and how it is written."""

from collections.abc import Iterable

from elmo.tokenizer import Sentence

Run = tuple[str, ...]


def tokens_and_bigrams(sentences: Iterable[Sentence]) -> tuple[dict[Run, int], dict[Run, str]]:
    """The count of each run, letter case folded, and one of its spellings in the text."""
    counts: dict[Run, int] = {}
    written: dict[Run, str] = {}
    for sentence in sentences:
        words = [form.casefold() for form in sentence.forms]
        for n in (1, 2):
            for start in range(len(words) - n + 1):
                run = tuple(words[start : start + n])
                counts[run] = counts.get(run, 0) + 1
                first, last = sentence.spans[start][0], sentence.spans[start + n - 1][1]
                written[run] = sentence.text[first - sentence.start : last - sentence.start]
    return counts, written
