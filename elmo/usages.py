"""Uses of a word: a sentence, the run of tokens that is the word in it, and perhaps its sense.

The examples written for this project are tables in elmo/examples/ (see elmo/examples/README.md).
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

from elmo.errors import InputError
from elmo.inflections import related
from elmo.normal_form import comparison_form, normal_forms
from elmo.targets import target
from elmo.tokenizer import Sentence, tokenize

EXAMPLES = Path(__file__).parent / "examples"

Head = Literal["mean", "first", "last"]
"""Which vector stands for a run of several tokens: their mean, or that of one of them."""


@dataclass(frozen=True)
class Usage:
    """One use of a word.

    Attributes:
        text: the sentence as written.
        tokens: its words.
        position: the place among them, from 0, of the token that the word begins with.
        sense: a label, or None when nobody has given one.
        genre: where such a sentence would stand ("news", "fiction"), or None.
        length: tokens that the word has: 2 for "New York" and for "cannot" (can, not).
        head: which vector stands for several tokens.
    """

    text: str
    tokens: tuple[str, ...]
    position: int
    sense: str | None = None
    genre: str | None = None
    length: int = 1
    head: Head = "mean"

    @property
    def end(self) -> int:
        """The place of the first token after the word."""
        return self.position + self.length

    @property
    def form(self) -> str:
        """The word as it stands in the sentence."""
        if self.length == 1:
            return self.tokens[self.position]
        if self.spans is None:
            return " ".join(self.tokens[self.position : self.end])
        return self.text[self.spans[self.position][0] : self.spans[self.end - 1][1]]

    @cached_property
    def forms(self) -> tuple[str, ...]:
        """The tokens in normal form, as every model reads the sentence of a use."""
        return normal_forms(self.tokens)

    @property
    def left(self) -> str:
        """The words before it."""
        return " ".join(self.tokens[: self.position])

    @property
    def right(self) -> str:
        """The words after it."""
        return " ".join(self.tokens[self.end :])

    @property
    def vector_run(self) -> tuple[int, int]:
        """(position, length) of the tokens whose mean vector stands for the use."""
        if self.head == "first":
            return self.position, 1
        return (self.end - 1, 1) if self.head == "last" else (self.position, self.length)

    @cached_property
    def spans(self) -> tuple[tuple[int, int], ...] | None:
        """Where each token stands in the text; None when the tokens are not those of the text."""
        spans, at = [], 0
        for token in self.tokens:
            at = self.text.find(token, at)
            if at < 0:
                return None
            spans.append((at, at + len(token)))
            at += len(token)
        return tuple(spans)


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
    """Read a table of uses with the columns sentence, form, occurrence, sense and genre, separated by tabs.

    Only sentence and form must be there; the other columns may be missing or empty.

    Raises:
        InputError: the file is no such table, or a form does not stand in its sentence; the message
            has the line.
    """
    usages = []
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{path.name} is not UTF-8 text; save it as UTF-8.") from None
    reader = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    if not {"sentence", "form"} <= set(reader.fieldnames or ()):
        raise InputError(
            f"{path.name} has the columns {', '.join(reader.fieldnames or ('none',))[:200]}; expected "
            "sentence and form, perhaps occurrence, sense and genre, with tabs between them."
        )
    for number, row in enumerate(reader, 2):
        sentence = tokenize(row["sentence"])
        runs = list(target(row["form"] or "", fold_case=False).runs(sentence))
        occurrence = (row.get("occurrence") or "0").strip()
        if not (occurrence.isascii() and occurrence.isdigit()):
            raise InputError(
                f"{path.name}, line {number}: occurrence is {occurrence[:40]!r}, expected a whole number from 0."
            )
        occurrence = int(occurrence)
        if occurrence >= len(runs):
            raise InputError(
                f"{path.name}, line {number}: {row['form']!r} stands {len(runs)} times as a "
                f"word in {row['sentence']!r}, occurrence {occurrence} was asked for."
            )
        position, length = runs[occurrence]
        usages.append(
            Usage(
                row["sentence"],
                sentence.tokens,
                position,
                row.get("sense") or None,
                row.get("genre") or None,
                length,
            )
        )
    return tuple(usages)


def find_usages(sentences: Iterable[Sentence], forms: Sequence[str]) -> list[Usage]:
    """Every use of any of the forms, letter case as given, in the order of the text.

    Args:
        forms: words, or several words with blanks between them; see `elmo.targets`.

    Raises:
        InputError: a form without a word.
    """
    targets = [target(form, fold_case=False) for form in forms]
    return [
        Usage(sentence.text, sentence.tokens, position, length=length)
        for sentence in sentences
        for position, length in sorted({run for each in targets for run in each.runs(sentence)})
    ]


def forms_of(sentences: Iterable[Sentence], word: str) -> dict[str, int]:
    """The forms of a word that stand in the sentences, with their counts, most frequent first.

    A form is the word in any letter case, or another form of it (`elmo.inflections`): a suggestion
    that a person may change. Words of several tokens are found in any letter case, as written.
    """
    sentences = list(sentences)
    counts: dict[str, int] = {}
    wanted = target(word)
    if len(wanted.tokens) > 1:
        for sentence in sentences:
            for position, length in wanted.runs(sentence):
                form = Usage(sentence.text, sentence.tokens, position, length=length).form
                counts[form] = counts.get(form, 0) + 1
        return dict(sorted(counts.items(), key=lambda item: -item[1]))
    offered = related(word)
    for sentence in sentences:
        for token in sentence.tokens:
            if comparison_form(token) in offered:
                counts[token] = counts.get(token, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: -item[1]))
