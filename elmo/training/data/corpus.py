"""A corpus of word ids on disk, which training reads in any order without holding the text in memory.

A folder of flat arrays, which `prepare.prepare` writes and which are read by memory map:

    tokens.u32      the word ids of all tokens, sentence after sentence
    sentences.u32   the number of tokens of each sentence
    documents.u32   the number of sentences of each document
    words.txt       line i is the word with id i; the most frequent word of the training documents is the first
    counts.u64      how often each word occurs in the training documents
    corpus.json     the totals, and the names and sizes of the text files

Every `held_out_every`-th document is held out: the document is stored, but training does not get its sentences
(`Corpus.sentence_numbers`), and its words are not counted.
"""

import json
import os
from pathlib import Path

import numpy as np
from jaxtyping import Int

from elmo.errors import CorpusError


def held_out_sentences(documents: np.ndarray, held_out_every: int) -> np.ndarray:
    """True for each sentence of the documents number n, 2n, 3n, ... (counted from one), n = held_out_every."""
    if held_out_every < 2:
        raise CorpusError(
            f"held_out_every is {held_out_every}; it must be 2 or more, or nothing is left to train on."
        )
    numbers = np.arange(1, len(documents) + 1)
    return np.repeat(numbers % held_out_every == 0, documents)


class Corpus:
    """A prepared corpus; sentences are arrays of word ids, read from disk when needed."""

    def __init__(self, folder: str | os.PathLike) -> None:
        self.folder = Path(folder)
        if not (self.folder / "corpus.json").is_file():
            raise CorpusError(f"{folder}: holds no prepared corpus (corpus.json is missing).")
        self.info = json.loads((self.folder / "corpus.json").read_text(encoding="utf-8"))
        self.tokens = np.memmap(self.folder / "tokens.u32", dtype=np.uint32, mode="r")
        self.lengths: Int[np.ndarray, " sentences"] = np.fromfile(
            self.folder / "sentences.u32", np.uint32
        ).astype(np.int64)
        self.starts: Int[np.ndarray, " sentences"] = np.concatenate(
            [[0], np.cumsum(self.lengths)[:-1]]
        )
        self.counts = np.fromfile(self.folder / "counts.u64", np.uint64).astype(np.int64)
        documents = np.fromfile(self.folder / "documents.u32", np.uint32)
        self._held_out = held_out_sentences(documents, self.info["source"]["held_out_every"])

    @property
    def words(self) -> list[str]:
        """All words, most frequent first; a word's position is its id."""
        return (self.folder / "words.txt").read_text(encoding="utf-8").split("\n")[:-1]

    def sentence_numbers(self, held_out: bool = False) -> Int[np.ndarray, " sentences"]:
        """The numbers of the training sentences, or of the held-out ones."""
        return np.flatnonzero(self._held_out == held_out)

    def sentence(self, number: int) -> Int[np.ndarray, " tokens"]:
        """The word ids of one sentence."""
        start = self.starts[number]
        return np.asarray(self.tokens[start : start + self.lengths[number]])
