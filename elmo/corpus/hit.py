"""Uses of a word in an indexed corpus: the encoding of their sentences, and random samples of them."""

import re
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from elmo.normal_form import normal_form
from elmo.tokenizer import Sentence
from elmo.usages import Usage

_JOIN = "\x1f"
"""Separates words that have no space between them; str.split() takes this character for white space."""
_PIECE = re.compile(r"\S+")


def encode_sentence(sentence: Sentence) -> str:
    """The text of a sentence with its word boundaries marked; `decode_sentence` gives text and words back.

    >>> encode_sentence(tokenize("The bank."))
    'The bank\\x1f.'
    """
    parts: list[str] = []
    end = sentence.start
    for (start, stop), token in zip(sentence.spans, sentence.tokens, strict=True):
        gap = sentence.text[end - sentence.start : start - sentence.start].replace(_JOIN, " ")
        # Characters that show nothing may stand in the gap; they belong to no word.
        before = "" if gap[:1].isspace() else _JOIN
        after = "" if not gap or gap[-1].isspace() else _JOIN
        parts += [before + gap + after, token]
        end = stop
    return "".join(parts[1:])


def decode_sentence(encoded: str) -> tuple[str, tuple[str, ...]]:
    """The text of a sentence, and its words."""
    tokens = tuple(encoded[start:end] for start, end in _spans(encoded))
    return encoded.replace(_JOIN, ""), tokens


def _spans(encoded: str) -> list[tuple[int, int]]:
    """Where each word stands in an encoded sentence."""
    pieces = _PIECE.finditer(encoded)
    if encoded.isascii():
        return [piece.span() for piece in pieces]
    return [piece.span() for piece in pieces if normal_form(piece.group())]


@dataclass(frozen=True)
class Hit:
    """A use of a word.

    Attributes:
        left, word, right: the text before the word, the word, and the text behind it.
        text, tokens, position: the whole sentence, its tokens, and the number of the word's first token, from 0.
        length: number of tokens of the word.
        document: name of the file.
    """

    left: str
    word: str
    right: str
    text: str
    tokens: tuple[str, ...]
    position: int
    length: int
    document: str

    def usage(self) -> Usage:
        """The use as a `Usage`, with the document as its genre."""
        return Usage(self.text, self.tokens, self.position, genre=self.document, length=self.length)


def cut_hit(encoded: str, position: int, length: int, document: str) -> Hit:
    """The use of `length` words that begins at a word of an encoded sentence."""
    text, tokens = decode_sentence(encoded)
    spans = _spans(encoded)
    begin, end = spans[position][0], spans[position + length - 1][1]
    left, word, right = (
        part.replace(_JOIN, "") for part in (encoded[:begin], encoded[begin:end], encoded[end:])
    )
    return Hit(left.rstrip(), word, right.lstrip(), text, tokens, position, length, document)


def sample(strata: Int[np.ndarray, " uses"], n: int, seed: int) -> Int[np.ndarray, " chosen"]:
    """A random sample of n items, spread over the strata as evenly as possible; item numbers in ascending order.

    Args:
        strata: number of the stratum of each item.
        n: size of the sample; all items where there are fewer.
        seed: the same seed gives the same sample.
    """
    order = np.random.default_rng(seed).permutation(len(strata))
    # Items are taken in turns: the first of each stratum in random order, then the second of each, and so on.
    by_stratum = order[np.argsort(strata[order], kind="stable")]
    sorted_strata = strata[by_stratum]
    begins = np.searchsorted(sorted_strata, sorted_strata, side="left")
    turn = np.empty(len(strata), np.int64)
    turn[by_stratum] = np.arange(len(strata)) - begins
    return np.sort(order[np.argsort(turn[order], kind="stable")][:n])
