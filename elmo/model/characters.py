"""Character ids of words, the input of the character CNN.

A row of ids is a begin mark, the word's UTF-8 bytes, an end mark, and padding. Ids here (and in
AllenNLP) are one more than the bytes, because 0 is the padding of a batch:
'a' (byte 97) is 98, and the word 'a' is [259, 98, 260, 261, 261, …].

Source: bilm-tf, UnicodeCharsVocabulary; AllenNLP 2.10, ELMoCharacterMapper.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from jaxtyping import Int

BEGIN_SENTENCE, END_SENTENCE = "<S>", "</S>"
BEGIN_SENTENCE_ID, END_SENTENCE_ID, BEGIN_WORD_ID, END_WORD_ID, PADDING_ID = 257, 258, 259, 260, 261


def word_bytes(word: str, max_characters: int = 50) -> bytes:
    """The bytes of a word that the model reads; words with the same bytes have the same vector.

    Characters that UTF-8 cannot encode (lone surrogates) are left out. The format cuts the bytes to
    `max_characters - 2`, even inside a character.
    """
    return word.encode("utf-8", "ignore")[: max_characters - 2]


def words_made_equal(words: Iterable[str], max_characters: int = 50) -> list[tuple[str, ...]]:
    """Groups of different words whose first `max_characters - 2` bytes are the same, so that the model reads them as one."""
    groups: dict[bytes, dict[str, None]] = {}
    for word in words:
        if len(word) * 4 > max_characters - 2:  # a character has at most four bytes
            groups.setdefault(word_bytes(word, max_characters), {})[word] = None
    return [tuple(group) for group in groups.values() if len(group) > 1]


def equal_words_remark(groups: Sequence[Sequence[str]], max_characters: int = 50) -> str | None:
    """A sentence on the groups of `words_made_equal`; None if there are no groups."""
    if not groups:
        return None
    first, second = (
        f"{word[:20]}…{word[-8:]}" if len(word) > 30 else word for word in groups[0][:2]
    )
    return (
        f"{sum(map(len, groups)):,} different words are read as {len(groups):,}, such as {first} and "
        f"{second}: the model reads the first {max_characters - 2} bytes of a word."
    )


def char_ids(
    words: Sequence[str], max_characters: int = 50, *, boundaries: bool = True
) -> Int[np.ndarray, "tokens chars"]:
    """Character ids of each word; "<S>" and "</S>" have the ids of the sentence boundaries.

    Args:
        words: any strings, the empty string included.
        max_characters: positions in a row, begin and end mark included.
        boundaries: False treats "<S>" and "</S>" as ordinary words.
    """
    ids = np.full((len(words), max_characters), PADDING_ID, dtype=np.int64)
    ids[:, 0] = BEGIN_WORD_ID
    for row, word in zip(ids, words, strict=True):
        if boundaries and word == BEGIN_SENTENCE:
            row[1], length = BEGIN_SENTENCE_ID, 1
        elif boundaries and word == END_SENTENCE:
            row[1], length = END_SENTENCE_ID, 1
        else:
            seen = word_bytes(word, max_characters)
            length = len(seen)
            row[1 : length + 1] = np.frombuffer(seen, dtype=np.uint8)
            row[1 : length + 1] += 1
        row[length + 1] = END_WORD_ID
    return ids
