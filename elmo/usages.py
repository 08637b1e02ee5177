"""Uses of a word: a sentence, the run of its tokens that is the word, and perhaps the word's sense.

The examples written for this project are tables in elmo/examples/ (see elmo/examples/README.md).
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

from elmo.errors import InputError
from elmo.inflections import related_forms
from elmo.normal_form import comparison_form, label_form, normal_form, normal_forms
from elmo.targets import target
from elmo.tokenizer import Sentence, tokenize
from elmo.whole_number import whole_number

EXAMPLES = Path(__file__).parent / "examples"

PATTERN_SIDE = 500
"""Tokens on each side of a word that its symmetric pattern keeps; a pattern is never longer than a sentence may be."""

Head = Literal["mean", "first", "last"]
"""The vector of a run of several tokens: the mean of their vectors, or the vector of one of them."""


@dataclass(frozen=True)
class Usage:
    """One use of a word.

    Attributes:
        text: the sentence as written.
        tokens: tokens of the sentence.
        position: number of the word's first token, from 0.
        sense: label of the sense in the form of `label_form`, or None; a label of blanks is None.
        genre: kind of the text ("news", "fiction"), or None.
        length: number of tokens of the word: 2 for "New York" and for "cannot" (can, not).
        head: the vector of a word of several tokens.
    """

    text: str
    tokens: tuple[str, ...]
    position: int
    sense: str | None = None
    genre: str | None = None
    length: int = 1
    head: Head = "mean"

    def __post_init__(self) -> None:
        """Put the label in its form, so that labels that look the same are one sense."""
        if self.sense is not None:
            object.__setattr__(self, "sense", label_form(self.sense) or None)

    @property
    def end(self) -> int:
        """The number of the first token after the word."""
        return self.position + self.length

    @property
    def form(self) -> str:
        """The word as written in the sentence."""
        if self.length == 1:
            return self.tokens[self.position]
        if self.spans is None:
            return " ".join(self.tokens[self.position : self.end])
        return self.text[self.spans[self.position][0] : self.spans[self.end - 1][1]]

    @cached_property
    def forms(self) -> tuple[str, ...]:
        """The tokens in normal form, in which models read the sentence."""
        return normal_forms(self.tokens)

    @property
    def left(self) -> str:
        """The tokens before the word, joined by spaces."""
        return " ".join(self.tokens[: self.position])

    @property
    def right(self) -> str:
        """The tokens after the word, joined by spaces."""
        return " ".join(self.tokens[self.end :])

    @property
    def vector_run(self) -> tuple[int, int]:
        """(position, length) of the tokens whose mean vector is the vector of the use."""
        if self.head == "first":
            return self.position, 1
        return (self.end - 1, 1) if self.head == "last" else (self.position, self.length)

    @cached_property
    def spans(self) -> tuple[tuple[int, int], ...] | None:
        """Start and end of each token in the text; None if the text does not contain the tokens."""
        spans, at = [], 0
        for token in self.tokens:
            at = self.text.find(token, at)
            if at < 0:
                return None
            spans.append((at, at + len(token)))
            at += len(token)
        return tuple(spans)


def symmetric_pattern(use: Usage) -> Usage:
    """The use in the sentence "… WORD and _ and WORD …", where the blank is the use.

    A model that reads both sides up to the blank predicts words like WORD in this sense: "bank and" asks for cash or for
    river. Each direction reads one "and" alone, so that the second one disturbs neither. Of each side the nearest
    `PATTERN_SIDE` tokens are kept.

    Source: Amrami and Goldberg 2018, D18-1523, section 4. Differs: both sides are one sentence.
    """
    word = use.forms[use.position : use.end]
    left = (*use.forms[: use.position][-PATTERN_SIDE:], *word, "and")
    right = ("and", *word, *use.forms[use.end :][:PATTERN_SIDE])
    tokens = (*left, "_", *right)
    return Usage(" ".join(tokens), tokens, len(left))


def example_names(folder: str = "senses") -> list[str]:
    """Names of the examples in a folder of elmo/examples/, in alphabetical order."""
    return sorted(path.stem for path in (EXAMPLES / folder).glob("*.tsv"))


def example_rows(name: str, folder: str = "senses") -> list[dict[str, str]]:
    """The rows of an example's table as texts; the words of their sentences are not looked for, which takes longer."""
    text = (EXAMPLES / folder / f"{name}.tsv").read_text(encoding="utf-8")
    return list(_reader(text.split("\n")))


@cache
def read_examples(name: str, folder: str = "senses") -> tuple[Usage, ...]:
    """The uses of one example.

    Raises:
        InputError: there is no such example.
    """
    if name not in example_names(folder):
        raise InputError(
            f"there is no example {name!r} in {folder}; there are {', '.join(example_names(folder))}."
        )
    text = (EXAMPLES / folder / f"{name}.tsv").read_text(encoding="utf-8")
    return usages_of_table(text.split("\n"), f"{name}.tsv")


def _reader(lines: Iterable[str]) -> csv.DictReader:
    return csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)


def usages_of_table(lines: Iterable[str], name: str) -> tuple[Usage, ...]:
    """The uses in the lines of a table with the columns sentence, form, occurrence, sense and genre, separated by tabs.

    Only sentence and form are required; the other columns may be missing or empty.

    Args:
        name: name of the file, for messages.

    Raises:
        InputError: the lines are no such table, or a sentence does not contain its form; the message names
            the line.
    """
    usages = []
    reader = _reader(lines)
    if not {"sentence", "form"} <= set(reader.fieldnames or ()):
        raise InputError(
            f"{name} has the columns {', '.join(reader.fieldnames or ('none',))[:200]}; expected "
            "sentence and form, perhaps occurrence, sense and genre, with tabs between them."
        )
    for row in reader:
        where = f"{name}, line {reader.line_num}"
        if not (row["sentence"] and row["form"] and normal_form(row["form"]).strip()):
            raise InputError(f"{where}: the sentence or its form is empty; expected both.")
        sentence = tokenize(row["sentence"])
        runs = list(target(row["form"], fold_case=False).runs(sentence))
        written = (row.get("occurrence") or "0").strip()
        occurrence = whole_number(written, 1_000_000)
        if occurrence is None:
            raise InputError(
                f"{where}: occurrence is {written[:40]!r}, expected a whole number from 0."
            )
        if occurrence >= len(runs):
            raise InputError(
                f"{where}: {row['form']!r} stands {len(runs)} times as a "
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


def usages_table(usages: Iterable[Usage]) -> str:
    """The table that `read_usages` reads, with the columns sentence, form, occurrence and sense.

    Args:
        usages: their texts and senses without tabs and line breaks.
    """
    lines = ["sentence\tform\toccurrence\tsense"]
    for use in usages:
        sentence = tokenize(use.text)
        runs = list(target(use.form, fold_case=False).runs(sentence))
        occurrence = runs.index((use.position, use.length))
        lines.append(f"{use.text}\t{use.form}\t{occurrence}\t{use.sense or ''}")
    return "\n".join(lines) + "\n"


def find_usages(sentences: Iterable[Sentence], forms: Sequence[str]) -> list[Usage]:
    """All uses of the forms in the given letter case, in the order of the text.

    Args:
        forms: words, or several words with blanks between them; see `elmo.targets`.

    Raises:
        InputError: a form has no word.
    """
    targets = [target(form, fold_case=False) for form in forms]
    return [
        Usage(sentence.text, sentence.tokens, position, length=length)
        for sentence in sentences
        for position, length in sorted({run for each in targets for run in each.runs(sentence)})
    ]


def forms_of(sentences: Iterable[Sentence], word: str) -> dict[str, int]:
    """The forms of a word in the sentences, with their counts, most frequent first.

    A form is the word in any letter case, or one of its inflected forms (`elmo.inflections`), which a
    person may select or leave out. Words of several tokens have no inflected forms.
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
    offered = related_forms(word)
    for sentence in sentences:
        for token in sentence.tokens:
            if comparison_form(token) in offered:
                counts[token] = counts.get(token, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: -item[1]))
