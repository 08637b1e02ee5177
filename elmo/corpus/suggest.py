"""Words with a spelling similar to a given word: suggestions for a query without a hit."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Int

MAX_EDITS = 2


def nearest_words(word: str, words: Sequence[str], counts: Sequence[int], n: int = 5) -> list[str]:
    """The words at most `MAX_EDITS` edits away, fewest edits first, then the most frequent.

    An edit leaves a character out, adds one, replaces one, or swaps two neighbours. A word of three characters or
    fewer allows one edit, and a word of one character none. Words with a letter or digit are near such words only.

    Args:
        counts: how often each of the words occurs.
    """
    edits = MAX_EDITS if len(word) > 3 else 1
    has_letters = any(map(str.isalnum, word))
    rows = [
        i
        for i, other in enumerate(words)
        if abs(len(other) - len(word)) <= edits and any(map(str.isalnum, other)) == has_letters
    ]
    if not rows or len(word) < 2:
        return []
    distances = edit_distances(word, [words[i] for i in rows])
    close = [(int(d), -counts[i], words[i]) for i, d in zip(rows, distances, strict=True)]
    return [other for d, _, other in sorted(close) if d <= edits and other != word][:n]


def edit_distances(word: str, words: Sequence[str]) -> Int[np.ndarray, " words"]:
    """The edits from a word to each of the words: the Levenshtein distance, with swaps of neighbours.

    Source: Wagner and Fischer 1974, and for swaps Damerau 1964 (optimal string alignment). Differs: a row of the
    table is computed for all words at once.
    """
    width = max(map(len, words), default=0)
    letters = np.zeros((len(words), width), np.int32)
    for row, other in zip(letters, words, strict=True):
        row[: len(other)] = [ord(character) for character in other]
    above = np.tile(np.arange(width + 1, dtype=np.int32), (len(words), 1))
    two_above = above
    for number, character in enumerate(word, 1):
        row = np.empty_like(above)
        row[:, 0] = number
        replaced = above[:, :-1] + (letters != ord(character))
        for column in range(width):
            row[:, column + 1] = np.minimum(
                np.minimum(row[:, column], above[:, column + 1]) + 1, replaced[:, column]
            )
            if number > 1 and column:
                swapped = (letters[:, column - 1] == ord(character)) & (
                    letters[:, column] == ord(word[number - 2])
                )
                row[swapped, column + 1] = np.minimum(
                    row[swapped, column + 1], two_above[swapped, column - 1] + 1
                )
        two_above, above = above, row
    return above[np.arange(len(words)), [len(other) for other in words]].astype(np.int64)
