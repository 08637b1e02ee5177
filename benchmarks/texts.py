"""English sentences of about 24 words to measure with, from the project's own examples."""

import itertools
from collections.abc import Iterator

from elmo.tokenizer import tokenize
from elmo.usages import example_names, read_examples


def sentences(number: int = 512, words: int = 24) -> list[list[str]]:
    """`number` lists of about `words` words, the same on every machine.

    Example sentences are joined until they have this length, and repeated in other orders, so that about half of a
    batch's words are repeats, as in running text.
    """
    texts = [
        usage.text
        for folder in ("senses", "teaching")
        for name in example_names(folder)
        for usage in read_examples(name, folder)
    ]
    sentences: list[list[str]] = []
    for text in _endless(texts):
        if not sentences or len(sentences[-1]) >= words - 7:
            if len(sentences) == number:
                return sentences
            sentences.append([])
        sentences[-1] += tokenize(text).tokens
    raise AssertionError("an endless supply ended")


def _endless(texts: list[str]) -> Iterator[str]:
    for step in itertools.count(1):
        yield from (texts[(i * (2 * step + 1)) % len(texts)] for i in range(len(texts)))
