"""The encoding of a text, found from its first bytes, and the errors of text that cannot be decoded.

The first of these decides: the encoding that a person names; a byte order mark (UTF-8, UTF-16, UTF-32); the places
of zero bytes, which UTF-16 and UTF-32 without a mark have; else UTF-8. No other encoding is guessed, because the bytes
do not tell Windows-1252 from its relatives. The error for text that is not UTF-8 quotes the place as Windows-1252 would
read it, and asks for the name of the encoding.
"""

import codecs

from elmo.errors import CorpusError, EncodingError

HEAD_BYTES = 64 * 1024
"""Bytes from the start of a text that decide on its encoding."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark begins it
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
DATABASE_HEAD = b"SQLite format 3\0"
"""The first bytes of a file of SQLite, such as an index."""

_NO_TEXT = (
    (b"PK\x03\x04", "a ZIP archive (.zip, .docx, .xlsx, .odt)"),
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an old Office file (.doc, .xls)"),
    (b"\x89HDF", "an HDF5 file"),
    (b"BZh", "packed by bzip2"),
    (b"\x28\xb5\x2f\xfd", "packed by zstd"),
    (b"7z\xbc\xaf\x27\x1c", "packed by 7-Zip"),
    (b"{\\rtf", "a rich text file (.rtf)"),
    (DATABASE_HEAD, "a database, as an index of a corpus is"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
)
_NAMES = {
    "utf-8": "UTF-8",
    "cp1252": "Windows-1252",
    "utf-16-le": "UTF-16 (little-endian)",
    "utf-16-be": "UTF-16 (big-endian)",
}
_HARDLY = 0.05
"""Largest share of zero bytes at the places where UTF-16 of any script has hardly any."""
_CONTROLS = bytes(set(range(32)) - set(b"\0\t\n\v\f\r\x1a\x1b\x1c\x1d\x1e\x1f")) + b"\x7f"
"""Bytes that are control characters in UTF-8, and that text does not have."""


def encoding_of(head: bytes, name: str, encoding: str | None = None) -> str:
    """Python's name of the encoding of a text.

    Args:
        head: the first `HEAD_BYTES` of the text, or all of it.
        name: name of the file, for messages.
        encoding: the name that a person gave, or None to find the encoding.

    Raises:
        CorpusError: the bytes are those of another kind of file, or Python knows no encoding of that name.
    """
    for magic, kind in _NO_TEXT:
        if head.startswith(magic):
            raise CorpusError(f"{name} is {kind}, not text; save it as plain text (.txt).")
    marked = next((known for mark, known in _MARKS if head.startswith(mark)), None)
    if encoding is None:
        return marked or _without_mark(head) or "utf-8"
    try:
        known = codecs.lookup(encoding)
        if not getattr(known, "_is_text_encoding", True):
            raise LookupError
    except LookupError:
        raise CorpusError(
            f"there is no encoding {encoding!r}; name one that Python knows, such as utf-8, cp1252, "
            "utf-16 or shift_jis."
        ) from None
    # "utf-16" needs its mark to know the order of bytes; without one it is little-endian.
    if known.name in ("utf-16", "utf-32"):
        return marked or _without_mark(head) or f"{known.name}-le"
    return "utf-8" if known.name == "utf-8-sig" else known.name


def in_words(encoding: str) -> str:
    """The name of an encoding as people know it."""
    return _NAMES.get(encoding, encoding)


def _without_mark(head: bytes) -> str | None:
    """Python's name of UTF-16 or UTF-32 if the zero bytes stand where these encodings have them, else None.

    A space or a line end in UTF-16 has a zero byte at an odd place (little-endian) or at an even one; a letter of
    Latin script has one, too. So a text with zero bytes at such places is UTF-16 if it cannot be UTF-8 with a
    stray NUL: if most of its characters have a zero byte, if its bytes are not UTF-8, or if they have control
    characters, as Cyrillic letters in UTF-16 do.
    """
    if len(head) < 4 or b"\0" not in head:
        return None
    zeros = [head[place::4].count(0) for place in range(4)]
    quarter = len(head) // 4
    if len(head) % 4 == 0 and zeros[3] == quarter <= 2 * zeros[2]:
        return "utf-32-le"
    if len(head) % 4 == 0 and zeros[0] == quarter <= 2 * zeros[1]:
        return "utf-32-be"
    even, odd = zeros[0] + zeros[2], zeros[1] + zeros[3]
    few, half = _HARDLY * max(even, odd), len(head) // 2
    if min(even, odd) > few or not (max(even, odd) > 0.4 * half or not _may_be_utf8(head)):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _may_be_utf8(head: bytes) -> bool:
    """True if the bytes are UTF-8 without control characters; NUL, and a character cut at the end, are let pass."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return not head.translate(None, bytes(set(range(256)) - set(_CONTROLS)))


def not_decoded(
    error: UnicodeDecodeError, name: str, line: int, before: str, encoding: str
) -> EncodingError:
    """The error for a text that is not in its encoding; the message has the place and the advice.

    Args:
        line: the number, from 1, of the line with the byte.
        before: text of that line before the byte.
    """
    byte = error.object[error.start]
    message = (
        f"{name}, line {line} is not {in_words(encoding)}: byte 0x{byte:02X} cannot be "
        f"read ({error.reason})."
    )
    if encoding != "utf-8":
        return EncodingError(f"{message} Name another encoding, or save the file as UTF-8.")
    after = error.object[error.start : error.start + 20].decode("cp1252", "replace")
    quoted = before[-20:] + after.replace("\r", "\n").split("\n", 1)[0]
    if "\0" in quoted:
        return EncodingError(
            f"{message} The text has zero bytes, as UTF-16 has: name the encoding utf-16-le or utf-16-be, "
            "or save the file as UTF-8."
        )
    return EncodingError(
        f"{message} In Windows-1252 it would be {quoted.strip()!r}: if that is right, name the "
        "encoding cp1252; else save the file as UTF-8."
    )


def refuse_nul(line: str, name: str, number: int) -> None:
    """Refuse a line that has the character NUL.

    Args:
        line: text of the line.
        number: number of the line, from 1.

    Raises:
        CorpusError: the line has a NUL; the message names the line and the character.
    """
    place = line.find("\0")
    if place >= 0:
        raise CorpusError(
            f"{name}, line {number}: character {place + 1} is NUL (a zero byte), which no text has. "
            "Is the file text, and is its encoding UTF-8? Save it as UTF-8, or take the NUL out."
        )
