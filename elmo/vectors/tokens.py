"""The words of each line that `embed` reads, and the file of these words beside the vectors.

Every blank of Unicode separates words (U+0020, tab, no-break space U+00A0, ideographic space U+3000, U+001C to
U+001F), as in Python's `str.split()`, and no word contains a blank. A program that splits at spaces and tabs alone may
count other words; `Counts` lists the lines with such a difference.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from elmo.corpus.lines import read_lines
from elmo.errors import InputError
from elmo.normal_form import normal_form
from elmo.tokenizer import tokenize
from elmo.whole_files import whole_file

_LONG = 12  # characters; no shorter word has more than 48 bytes
_WORD = re.compile(r"\S+")


@dataclass(frozen=True)
class Word:
    """A word as the model reads the word, with its start and end in the line, in characters."""

    text: str
    start: int
    end: int


def words_of(line: str, text: bool) -> list[Word]:
    """The words of a line.

    Args:
        text: True if the line is plain text: the tokenizer splits the line, and the words are put in normal form;
            False if blanks separate the words, which stay unchanged.
    """
    if text:
        sentence = tokenize(line)
        return [
            Word(normal_form(token), *span)
            for token, span in zip(sentence.tokens, sentence.spans, strict=True)
        ]
    return [Word(match.group(), *match.span()) for match in _WORD.finditer(line)]


@dataclass
class Counts:
    """The number of words of a file, and the lines and words that need a remark.

    Attributes:
        n_words: parts between blanks.
        other_counts: numbers, from 1, of the lines in which spaces and tabs alone separate another number of parts.
        long_words: the distinct words of more than 12 characters; some may be longer than a model reads.
    """

    n_words: int = 0
    other_counts: list[int] = field(default_factory=list)
    long_words: set[str] = field(default_factory=set)

    def remark(self) -> str | None:
        """A sentence on the lines in `other_counts`; None if there are none."""
        if not self.other_counts:
            return None
        some = ", ".join(map(str, self.other_counts[:5]))
        more = ", …" if len(self.other_counts) > 5 else ""
        return (
            f"{len(self.other_counts):,} lines (number {some}{more}) have blanks other than the space "
            "and the tab (U+00A0, U+3000, U+001C …). These separate words, too, so that such a line "
            "has another number of words than of parts between spaces."
        )


def count_words(path: Path, encoding: str | None) -> Counts:
    """Count the words of a file; raises the errors of `read_lines`."""
    counts = Counts()
    for number, line in enumerate(read_lines(path, encoding=encoding), 1):
        n = len(line.text.split())
        counts.n_words += n
        if len(line.text) > _LONG:
            counts.long_words.update(word for word in line.text.split() if len(word) > _LONG)
        if not line.text.isascii() or not line.text.isprintable():
            counts.other_counts += [number] * (len(re.findall(r"[^ \t]+", line.text)) != n)
    return counts


def write_tokens(path: Path, tokens_file: Path, text: bool, encoding: str | None) -> None:
    """Write the words of each line as JSON lines {"index", "tokens", "offsets"}.

    The index is the name of the line's data set; offsets are [start, end] in the decoded line, in characters.

    Raises:
        InputError: the file cannot be written.
        CorpusError: as `read_lines`.
    """
    try:
        with whole_file(tokens_file) as part, part.open("w", encoding="utf-8", newline="\n") as out:
            out.writelines(
                _json_lines((line.text for line in read_lines(path, encoding=encoding)), text)
            )
    except OSError as error:
        raise InputError(f"{tokens_file} cannot be written: {error.strerror or error}.") from None


def is_tokens(path: Path) -> bool:
    """True if the first line of a file is a row of `write_tokens`."""
    try:
        with path.open(encoding="utf-8") as file:
            return set(json.loads(file.readline(10_000_000))) == {"index", "tokens", "offsets"}
    except (OSError, ValueError, TypeError):
        return False


def _json_lines(lines: Iterable[str], text: bool) -> Iterator[str]:
    for index, line in enumerate(lines):
        words = words_of(line, text)
        row = {
            "index": index,
            "tokens": [word.text for word in words],
            "offsets": [[word.start, word.end] for word in words],
        }
        yield json.dumps(row, ensure_ascii=False) + "\n"
