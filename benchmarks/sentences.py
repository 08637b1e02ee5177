"""Sentence F1 of this project's splitter and of simplemma's, on a text with known sentences.

    python -m benchmarks.sentences ud_ewt_train.txt.xz

The file has one sentence on each line and a blank line between documents (the training part of Universal Dependencies
English EWT). The sentences of each document are joined by a space, split again, and compared by their first and last
character. The text is not raw: it lacks the line breaks of the web pages, which end sentences, so that a sentence
without an end mark cannot be found.
"""

import argparse
from collections.abc import Callable, Iterable, Iterator

from elmo.tokenizer import process
from elmo.training.data.documents import read_documents

Spans = set[tuple[int, int]]


def ours(text: str) -> Iterator[tuple[int, int]]:
    """First and last character of each sentence of `elmo.tokenizer`."""
    for sentence in process(text):
        yield sentence.start, sentence.start + len(sentence.text)


def simplemmas(text: str) -> Iterator[tuple[int, int]]:
    """First and last character of each sentence of `simplemma.split_sentences`."""
    import simplemma

    at = 0
    for sentence in simplemma.split_sentences(text):
        at = text.index(sentence.strip(), at)
        yield at, at + len(sentence.strip())
        at += len(sentence.strip())


def f1(
    documents: Iterable[list[str]], split: Callable[[str], Iterator[tuple[int, int]]]
) -> tuple[float, float, float]:
    """(precision, recall, F1) of the sentences' spans."""
    n_right = n_found = n_gold = 0
    for document in documents:
        gold: Spans = set()
        at = 0
        for sentence in document:
            gold.add((at, at + len(sentence)))
            at += len(sentence) + 1
        spans = set(split(" ".join(document)))
        n_right, n_found, n_gold = (
            n_right + len(spans & gold),
            n_found + len(spans),
            n_gold + len(gold),
        )
    precision, recall = n_right / n_found, n_right / n_gold
    return precision, recall, 2 * precision * recall / (precision + recall)


def main() -> None:
    """Print precision, recall and F1 of both splitters."""
    parser = argparse.ArgumentParser(description="Sentence F1 of two splitters.")
    parser.add_argument("text")
    documents = list(read_documents(parser.parse_args().text))
    for name, split in (("elmo.tokenizer", ours), ("simplemma", simplemmas)):
        precision, recall, value = f1(documents, split)
        print(f"{name:16} precision {precision:.4f}  recall {recall:.4f}  F1 {value:.4f}")


if __name__ == "__main__":
    main()
