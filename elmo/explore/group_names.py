"""Names of groups of uses, from the words that fit in the place of their uses.

Each use has probabilities of substitutes. The name of a group has the words that are likely in its uses and
not in others, by the log-odds ratio of Monroe, Colaresi and Quinn, divided by its standard error:

    z(w) = (log o_in(w) - log o_out(w)) / sqrt(1 / (y_in(w) + a(w)) + 1 / (y_out(w) + a(w)))

with o(w) = (y(w) + a(w)) / (Σ y + Σ a - y(w) - a(w)). y(w) is the sum of the votes for w: each use
gives a vote to each of its N_COUNTED most probable words, the square root of the word's probability divided by
that of its most probable word. The prior a(w) is the share of w in all uses, PRIOR votes in all.

Source: Monroe, Colaresi and Quinn 2008, Fightin' Words, eq. 16 and 22 (the informative Dirichlet
prior). Differs: votes are fractions.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from elmo.errors import InputError

N_COUNTED = 50
PRIOR = 20.0
N_NAMES = 3
N_FREQUENT = 100  # the most frequent words (the, and, not) name nothing
_SAME_STEM = 4  # letters; "bank" and "banks", "banking" are not told apart by a name


@dataclass(frozen=True)
class Likely:
    """Probabilities of substitutes, for some uses of a word.

    Attributes:
        words: word of each column of `p`.
        p: probability of each word for each use; 0 if the word is not among the use's most probable ones.
    """

    words: tuple[str, ...]
    p: Float[np.ndarray, "uses words"]

    @staticmethod
    def of(
        words: Sequence[str],
        ids: Int[np.ndarray, "uses best"],
        log_p: Float[np.ndarray, "uses best"],
        word: str = "",
    ) -> "Likely":
        """The probabilities of substitutes from the results of `Output.best`.

        Args:
            words: words of the vocabulary, most frequent first (`Output.real_words`).
            word: the word of the uses. The word, its inflections, the `N_FREQUENT` most frequent
                words, and words with other characters than letters are left out, as they make no
                names.
        """
        union, columns = np.unique(ids, return_inverse=True)
        p = np.zeros((len(ids), len(union)))
        np.put_along_axis(p, columns.reshape(ids.shape), np.exp(log_p.astype(np.float64)), axis=1)
        names = [str(words[i]) for i in union.tolist()]
        usable = [
            i
            for i, name in enumerate(names)
            if union[i] >= min(N_FREQUENT, len(words) // 10)
            and name.isalpha()
            and not _same(name, word)
        ]
        return Likely(tuple(names[i] for i in usable), p[:, usable])

    @property
    def votes(self) -> Float[np.ndarray, "uses words"]:
        """The vote of each use for each word: 1 for its most probable word, 0 for words beyond `N_COUNTED`."""
        n = min(N_COUNTED, self.p.shape[1])
        if not n:
            return self.p
        least = np.partition(self.p, -n, axis=1)[:, -n][:, None]
        best = self.p.max(axis=1, keepdims=True)
        votes = np.sqrt(np.divide(self.p, best, out=np.zeros_like(self.p), where=best > 0))
        return np.where(self.p >= np.maximum(least, 1e-12), votes, 0)

    def best(self, use: int, n: int = 5) -> list[str]:
        """The most probable words of one use."""
        order = np.argsort(-self.p[use], kind="stable")[:n]
        return [self.words[i] for i in order if self.p[use, i] > 0]


def log_odds(likely: Likely, inside: np.ndarray) -> Float[np.ndarray, " words"]:
    """z(w) of every word for the uses inside a group against all others; 0 without others.

    Args:
        inside: (uses,) bool.

    Raises:
        InputError: the numbers of values and uses differ.
    """
    votes = likely.votes
    if len(inside) != len(votes):
        raise InputError(f"inside has {len(inside)} values, expected {len(votes)}: one a use.")
    if inside.all() or not inside.any():
        return np.zeros(votes.shape[1])
    total = votes.sum(axis=0)
    prior = PRIOR * total / max(total.sum(), 1e-12)
    y_in, y_out = votes[inside].sum(axis=0) + prior, votes[~inside].sum(axis=0) + prior
    y_in, y_out = np.maximum(y_in, 1e-9), np.maximum(y_out, 1e-9)
    odds = [np.log(y) - np.log(np.maximum(y.sum() - y, 1e-9)) for y in (y_in, y_out)]
    return (odds[0] - odds[1]) / np.sqrt(1 / y_in + 1 / y_out)


@dataclass(frozen=True)
class GroupName:
    """The name of a group, and the words for and against the name.

    Attributes:
        letter: "A" for the first group.
        n: number of uses in the group.
        names: the words most likely in the group and not elsewhere.
        words_for, words_against: words with the highest and lowest z, and their z.
    """

    letter: str
    n: int
    names: tuple[str, ...]
    words_for: tuple[tuple[str, float], ...]
    words_against: tuple[tuple[str, float], ...]

    def __str__(self) -> str:
        names = f" · {', '.join(self.names)}" if self.names else ""
        return f"{self.letter}{names} ({self.n})"


def name_groups(
    likely: Likely, groups: Sequence[int] | Int[np.ndarray, " uses"], n_words: int = 10
) -> list[GroupName]:
    """The name of each group, in the order of their numbers.

    The name of a single group has its most probable words.
    """
    labels = np.asarray(groups)
    group_names = []
    for number, group in enumerate(np.unique(labels).tolist()):
        inside = labels == group
        if inside.all():
            z = likely.votes.mean(axis=0) if len(likely.words) else np.zeros(0)
            against: np.ndarray = np.zeros(0, np.int64)
        else:
            z = log_odds(likely, inside)
            against = np.argsort(z, kind="stable")[:n_words]
        order = np.argsort(-z, kind="stable")[: 4 * n_words]
        names = _distinct([likely.words[i] for i in order if z[i] > 0])[:N_NAMES]
        group_names.append(
            GroupName(
                letter(number),
                int(inside.sum()),
                tuple(names),
                tuple((likely.words[i], float(z[i])) for i in order[:n_words] if z[i] > 0),
                tuple((likely.words[i], float(z[i])) for i in against if z[i] < 0),
            )
        )
    return group_names


def typical_uses(
    similarity: Float[np.ndarray, "uses uses"],
    groups: Sequence[int] | Int[np.ndarray, " uses"],
    n: int = 3,
) -> dict[int, list[int]]:
    """The uses of each group that are most similar to the rest of their group, most typical first."""
    labels = np.asarray(groups)
    typical: dict[int, list[int]] = {}
    for group in np.unique(labels).tolist():
        rows = np.flatnonzero(labels == group)
        own = similarity[np.ix_(rows, rows)].mean(axis=1)
        typical[group] = rows[np.argsort(-own, kind="stable")[:n]].tolist()
    return typical


def _distinct(words: Sequence[str]) -> list[str]:
    """The words without inflections and spellings of other words in the list."""
    distinct: list[str] = []
    for word in words:
        if not any(_same(word, other) for other in distinct):
            distinct.append(word)
    return distinct


def _same(first: str, second: str) -> bool:
    """True if one word is the other with an ending of up to three letters, in any letter case."""
    short, long = sorted((first.casefold(), second.casefold()), key=len)
    if short == long:
        return True
    stem = short[:-1] if short.endswith(("e", "y")) else short
    return len(stem) >= _SAME_STEM - 1 and long.startswith(stem) and len(long) - len(short) <= 3


def letter(number: int) -> str:
    """The letter of the group of this number: A for 0, AA for 26."""
    return chr(65 + number) if number < 26 else f"{chr(64 + number // 26)}{chr(65 + number % 26)}"
