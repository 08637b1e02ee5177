"""The encoding of a text, found from its first bytes, and the errors of text that cannot be decoded.

The first of these decides: the encoding that a person names; a byte order mark (UTF-8, UTF-16, UTF-32); UTF-16
without a mark, when nearly every second byte is zero; else UTF-8. No other encoding is guessed, because the bytes do
not tell Windows-1252 from its relatives. The error for text that is not UTF-8 quotes the place as Windows-1252 would
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
_NO_TEXT = (
    (b"PK\x03\x04", "a ZIP archive (.zip, .docx, .xlsx, .odt)"),
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an old Office file (.doc, .xls)"),
    (b"\x89HDF", "an HDF5 file"),
    (b"BZh", "packed by bzip2"),
    (b"\x28\xb5\x2f\xfd", "packed by zstd"),
)
_NAMES = {
    "utf-8": "UTF-8",
    "cp1252": "Windows-1252",
    "utf-16-le": "UTF-16 (little-endian)",
    "utf-16-be": "UTF-16 (big-endian)",
}
_MOSTLY, _HARDLY = 0.4, 0.05  # shares of zero bytes at even or odd places of UTF-16 in English


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
    """Python's name of UTF-16 if the bytes look like UTF-16 of mostly Latin letters, else None."""
    if len(head) < 4 or b"\0" not in head:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if odd > _MOSTLY * half and even < _HARDLY * half:
        return "utf-16-le"
    if even > _MOSTLY * half and odd < _HARDLY * half:
        return "utf-16-be"
    return None


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
