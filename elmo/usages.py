"""Uses of a word: a sentence, the place of the word in it, and perhaps its sense.

The examples written for this project are tables in elmo/examples/ (see elmo/examples/README.md).
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from elmo.errors import InputError
from elmo.tokenizer import Sentence, tokenize

EXAMPLES = Path(__file__).parent / "examples"
COLUMNS = ("sentence", "form", "occurrence", "sense", "genre")


@dataclass(frozen=True)
class Usage:
    """One use of a word.

    Attributes:
        text: the sentence as written.
        tokens: its words.
        position: the word's place among them, from 0.
        sense: a label, or None when nobody has given one.
        genre: where such a sentence would stand ("news", "fiction"), or None.
    """

    text: str
    tokens: tuple[str, ...]
    position: int
    sense: str | None = None
    genre: str | None = None

    @property
    def form(self) -> str:
        """The word as it stands in the sentence."""
        return self.tokens[self.position]

    @property
    def left(self) -> str:
        """The words before it."""
        return " ".join(self.tokens[: self.position])

    @property
    def right(self) -> str:
        """The words after it."""
        return " ".join(self.tokens[self.position + 1 :])


def example_names(folder: str = "senses") -> list[str]:
    """Names of the examples in a folder of elmo/examples/, in alphabetical order."""
    return sorted(path.stem for path in (EXAMPLES / folder).glob("*.tsv"))


@cache
def read_examples(name: str, folder: str = "senses") -> tuple[Usage, ...]:
    """The uses of one example.

    Raises:
        InputError: there is no such example, or its table is wrong.
    """
    if name not in example_names(folder):
        raise InputError(
            f"there is no example {name!r} in {folder}; there are {', '.join(example_names(folder))}."
        )
    return read_usages(EXAMPLES / folder / f"{name}.tsv")


def read_usages(path: Path) -> tuple[Usage, ...]:
    """Read a table of uses with the columns of `COLUMNS`, separated by tabs.

    Raises:
        InputError: naming the line whose form does not stand in its sentence.
    """
    usages = []
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(
            csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE), 2
        ):
            sentence = tokenize(row["sentence"])
            places = [i for i, token in enumerate(sentence.tokens) if token == row["form"]]
            occurrence = int(row["occurrence"] or 0)
            if occurrence >= len(places):
                raise InputError(
                    f"{path.name}, line {number}: {row['form']!r} stands {len(places)} times as a "
                    f"word in {row['sentence']!r}, occurrence {occurrence} was asked for."
                )
            usages.append(
                Usage(
                    row["sentence"],
                    sentence.tokens,
                    places[occurrence],
                    row["sense"] or None,
                    row.get("genre") or None,
                )
            )
    return tuple(usages)


def find_usages(sentences: Iterable[Sentence], forms: Sequence[str]) -> list[Usage]:
    """Every use of any of the forms, letter case as given, in the order of the text."""
    wanted = set(forms)
    return [
        Usage(sentence.text, sentence.tokens, position)
        for sentence in sentences
        for position, token in enumerate(sentence.tokens)
        if token in wanted
    ]


def forms_of(sentences: Iterable[Sentence], word: str) -> dict[str, int]:
    """The forms of a word that stand in the sentences, with their counts, most frequent first.

    A form is the word in any letter case, or with a common English ending (-s, -es, -ed, -ing,
    -er, -est): a suggestion that a person may change.
    """
    stem = word.casefold()
    bare = stem[:-1] if stem.endswith(("e", "y")) else stem
    endings = {stem + end for end in ("", "s", "es", "ed", "d", "ing", "er", "est", "'s")}
    endings |= {bare + end for end in ("ing", "ies", "ied", "ier", "iest")}
    if stem and stem[-1].isalpha():
        endings |= {stem + stem[-1] + end for end in ("ed", "ing", "er", "est")}
    counts: dict[str, int] = {}
    for sentence in sentences:
        for token in sentence.tokens:
            if token.casefold() in endings:
                counts[token] = counts.get(token, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: -item[1]))
