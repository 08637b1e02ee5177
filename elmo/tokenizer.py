"""Split a text into sentences and words, with the place of every word in the text.

spaCy's blank English pipeline (rules only, nothing is downloaded) splits the words, as in AllenNLP. The
pipeline reads the text's normal form (`elmo.normal_form`), so that don’t is split like don't; the tokens
and their places are those of the written text. Scripts without spaces (Chinese, Japanese, Thai, …) are
split by character, and `Document.notice` says so.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple, overload

from elmo.errors import InputError
from elmo.limits import MAX_TEXT_CHARACTERS
from elmo.normal_form import Normalized, normal_forms
from elmo.sentence_ends import ends_after

# Han, kana, Thai, Lao, Khmer, Burmese: scripts that put no spaces between words.
_NO_SPACES = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0002fa1f]"
)
_MARKS = re.compile(
    "[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u17b6-\u17d3\u3099\u309a]"
)
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_SURROGATES = re.compile("[\ud800-\udfff]")
_CHUNK_CHARACTERS = 100_000
_RUN_CHARACTERS = 400
_LONG_RUN = re.compile(rf"\S{{{_RUN_CHARACTERS + 1},}}")


@dataclass(frozen=True)
class Sentence(Sequence[str]):
    """A sentence: a sequence of its words.

    Attributes:
        tokens: the words and punctuation marks.
        spans: start and end of each token in the whole text: text[start:end] == token.
        text: the sentence as written.
        start: place of the sentence in the whole text, in characters.
    """

    tokens: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    text: str
    start: int = 0

    @cached_property
    def forms(self) -> tuple[str, ...]:
        """The words in normal form, as models read them."""
        return normal_forms(self.tokens)

    def joined(self, number: int) -> bool:
        """True if no blank stands between a word and the word before it."""
        end, begin = self.spans[number - 1][1] - self.start, self.spans[number][0] - self.start
        return end == begin or not any(map(str.isspace, self.text[end:begin]))

    def __len__(self) -> int:
        return len(self.tokens)

    def __iter__(self) -> Iterator[str]:
        return iter(self.tokens)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[str, ...]: ...
    def __getitem__(self, index: int | slice) -> str | tuple[str, ...]:
        return self.tokens[index]


@dataclass(frozen=True)
class Document:
    """A text in sentences.

    Attributes:
        text: the whole text.
        sentences: the sentences that have a word, in order.
        notice: sentences on special splitting, for the reader; None if there are none.
    """

    text: str
    sentences: tuple[Sentence, ...]
    notice: str | None = None

    def __len__(self) -> int:
        return len(self.sentences)

    def __iter__(self) -> Iterator[Sentence]:
        return iter(self.sentences)

    def __getitem__(self, index: int) -> Sentence:
        return self.sentences[index]


def split_lines(text: str) -> list[str]:
    """The lines of a text, without their ends: LF, CR LF and CR end a line, as in `elmo.corpus.lines`.

    `str.splitlines` also ends lines at U+001C, U+2028 and others, which are blanks within a line here.
    """
    return [line.rstrip("\r\n") for line in _LINE.findall(text)]


def process(text: str) -> Document:
    """Split a text into sentences and words.

    `elmo.sentence_ends` has the rules; a line break also ends a sentence.

    Raises:
        InputError: `text` is no string, or longer than `MAX_TEXT_CHARACTERS`.
    """
    _check(text)
    sentences: list[Sentence] = []
    by_character = has_long_line = False
    for start, line in _lines(text):
        for chunk_start, chunk in _chunks(line):
            words, split = _words(chunk, start + chunk_start)
            by_character |= split
            has_long_line |= len(chunk) < len(line)
            sentences += _sentences(text, words)
    notices = []
    if by_character:
        notices.append(
            "Parts of this text are written without spaces; they were split by character."
        )
    if has_long_line:
        notices.append(
            f"A line is longer than {_CHUNK_CHARACTERS:,} characters; each part of this length ends a sentence."
        )
    if any(not _is_one_token(run.group()) for run in _LONG_RUN.finditer(text)):
        notices.append(
            f"A run of more than {_RUN_CHARACTERS} characters has no blank; it was read in pieces of "
            f"{_RUN_CHARACTERS} characters."
        )
    return Document(text, tuple(sentences), " ".join(notices) or None)


def tokenize(sentence: str) -> Sentence:
    """Split text into words, as one sentence.

    Raises:
        InputError: `sentence` is no string, or longer than `MAX_TEXT_CHARACTERS`.
    """
    _check(sentence)
    words = [word for start, chunk in _chunks(sentence) for word in _words(chunk, start)[0]]
    spans = tuple((word.start, word.end) for word in words)
    return Sentence(tuple(sentence[start:end] for start, end in spans), spans, sentence)


def _check(text: str) -> None:
    if not isinstance(text, str):
        raise InputError(
            f"text is {type(text).__name__}, expected a string; for lists of words use embed()."
        )
    if len(text) > MAX_TEXT_CHARACTERS:
        raise InputError(
            f"the text has {len(text):,} characters, at most {MAX_TEXT_CHARACTERS:,} are taken at "
            "once; split it, or use `python -m elmo index` for a corpus."
        )


@cache
def _english():
    import spacy

    return spacy.blank("en")


def _lines(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for line in _LINE.findall(text):
        yield start, line
        start += len(line)


def _chunks(line: str) -> Iterator[tuple[int, str]]:
    """Yield parts of a line, cut at spaces, so that the memory for a very long line is bounded."""
    start = 0
    while len(line) - start > _CHUNK_CHARACTERS:
        end = line.rfind(" ", start, start + _CHUNK_CHARACTERS) + 1
        end = end if end > start else start + _CHUNK_CHARACTERS
        yield start, line[start:end]
        start = end
    yield start, line[start:]


class _Word(NamedTuple):
    """A word in normal form, with its start and end in the written text."""

    form: str
    start: int
    end: int


def _words(chunk: str, offset: int) -> tuple[list[_Word], bool]:
    """The words of a chunk with their places in the text, and True if any word was split by character."""
    words: list[_Word] = []
    split = False
    normalized = Normalized(chunk)
    for word, at in _tokens(normalized.text):
        parts = [(word, 0)]
        if len(word) > 1 and _NO_SPACES.search(word):
            split, parts = True, list(_characters(word))
        for part, begin in parts:
            start, end = normalized.place(at + begin, at + begin + len(part))
            if start < end:
                words.append(_Word(part, offset + start, offset + end))
    return words, split


def _tokens(chunk: str) -> Iterator[tuple[str, int]]:
    """Yield spaCy's tokens and their places.

    spaCy's time grows with the square of the length of a run without spaces. So a run that is longer
    than any word is one token if it has only letters and digits; other long runs are read in pieces.
    """
    start = 0
    for run in _LONG_RUN.finditer(chunk):
        yield from _english_tokens(chunk, start, run.start())
        if _is_one_token(run.group()):
            yield run.group(), run.start()
        else:
            for at in range(run.start(), run.end(), _RUN_CHARACTERS):
                yield from _english_tokens(chunk, at, min(at + _RUN_CHARACTERS, run.end()))
        start = run.end()
    yield from _english_tokens(chunk, start, len(chunk))


def _is_one_token(run: str) -> bool:
    """True if a long run without blanks has only letters and digits of scripts with spaces."""
    return run.isalnum() and not _NO_SPACES.search(run)


def _english_tokens(chunk: str, start: int, end: int) -> Iterator[tuple[str, int]]:
    # spaCy cannot read lone surrogates, so each is replaced by another character.
    for token in _english().tokenizer(_SURROGATES.sub("\ufffd", chunk[start:end])):
        at = start + token.idx
        word = chunk[at : at + len(token)]
        if word.strip():
            yield word, at


def _characters(word: str) -> Iterator[tuple[str, int]]:
    """Yield each character of scripts without spaces (with its vowel signs and tones), and other parts as a whole."""
    begin = 0
    for at in range(1, len(word) + 1):
        if at < len(word):
            marks = _MARKS.match(word[at])
            both_other = not _NO_SPACES.match(word[at]) and not _NO_SPACES.match(word[at - 1])
            if marks or both_other:
                continue
        yield word[begin:at], begin
        begin = at


def _sentences(text: str, words: list[_Word]) -> Iterator[Sentence]:
    """Yield the sentences of a line's words, by the rules of `elmo.sentence_ends`."""
    forms = [word.form for word in words]
    gaps = ((words[i - 1].end, words[i].start) if i else (0, 0) for i in range(len(words)))
    joined = [start == end or not any(map(str.isspace, text[start:end])) for start, end in gaps]
    begin = 0
    for index in range(len(words)):
        if index + 1 == len(words) or ends_after(forms, joined, begin, index):
            spans = tuple((word.start, word.end) for word in words[begin : index + 1])
            first, stop = spans[0][0], spans[-1][1]
            yield Sentence(
                tuple(text[start:end] for start, end in spans), spans, text[first:stop], first
            )
            begin = index + 1
