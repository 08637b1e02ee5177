"""Names of groups of uses, from the words that fit in the place of their uses and beside the word.

Each use has two lists of probable words: those that fit in its place, and those that fit in "WORD and _" or "_ and WORD"
in its place (`elmo.usages.symmetric_pattern`). The name of a group has the words that are likely in its uses and
not in others, by the log-odds ratio of Monroe, Colaresi and Quinn, divided by its standard error:

    z(w) = (log o_in(w) - log o_out(w)) / sqrt(1 / (y_in(w) + a(w)) + 1 / (y_out(w) + a(w)))

with o(w) = (y(w) + a(w)) / (Σ y + Σ a - y(w) - a(w)). y(w) is the sum of the votes for w: each use
gives a vote to each of its N_COUNTED most probable words, the square root of the word's probability divided by
that of its most probable word. The prior a(w) is the share of w in all uses, PRIOR votes in all. The z of both lists are
added and divided by √2, so that the sum is a z again. The forms of a word (coil, coils) are counted as one word.

Source: Monroe, Colaresi and Quinn 2008, Fightin' Words, eq. 16 and 22 (the informative Dirichlet
prior); Amrami and Goldberg 2018, D18-1523 (symmetric patterns, lemmas). Differs: votes are fractions.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from elmo.errors import InputError
from elmo.inflections import base_form

N_COUNTED = 50
PRIOR = 20.0
N_NAMES = 3
N_FREQUENT = 300  # the most frequent words (the, not, like) name nothing
_SAME_STEM = 4  # letters; "bank" and "banks", "banking" are not told apart by a name


Best = tuple[Int[np.ndarray, "uses best"], Float[np.ndarray, "uses best"]]
"""The most probable words of each use, as `Output.best` returns them: places in the vocabulary, and log-probabilities."""


@dataclass(frozen=True)
class Likely:
    """Probabilities of words in the place of some uses of a word, and beside it.

    Attributes:
        words: word of each column: of all forms of a word the one that is most probable in the uses' place, or
            beside the word if none is there.
        p: probability of each word in the place of each use; 0 if the word is not among the most probable ones.
        beside: the same in the symmetric pattern; None if the pattern was not read.
    """

    words: tuple[str, ...]
    p: Float[np.ndarray, "uses words"]
    beside: Float[np.ndarray, "uses words"] | None = None

    @staticmethod
    def of(
        words: Sequence[str], place: Best, word: str = "", beside: Best | None = None
    ) -> "Likely":
        """The probabilities from the results of `Output.best`.

        Args:
            words: words of the vocabulary, most frequent first (`Output.real_words`).
            place, beside: of the uses, and of the uses in the symmetric pattern.
            word: the word of the uses. The word, its inflections, the `N_FREQUENT` most frequent
                words, and words with other characters than letters are left out, as they make no
                names.
        """
        lists = [place] if beside is None else [place, beside]
        union = np.unique(np.concatenate([ids.ravel() for ids, _ in lists]))
        places: list[int] = union.tolist()
        least = min(N_FREQUENT, len(words) // 10)
        numbers: dict[str, int] = {}
        columns = np.array(
            [
                numbers.setdefault(base_form(words[i]), len(numbers))
                if i >= least and words[i].isalpha() and not _same(words[i], word)
                else -1  # the last column, which is left out
                for i in places
            ],
            np.int64,
        )
        p = [np.zeros((len(ids), len(numbers) + 1), np.float32) for ids, _ in lists]
        total = np.zeros(len(union))
        for (ids, log_p), sums, weight in zip(lists, p, (1, 1e-9), strict=False):
            at = np.searchsorted(union, ids)
            probabilities = np.exp(log_p.astype(np.float64))
            np.add.at(total, at, weight * probabilities)
            np.add.at(sums, (np.arange(len(ids))[:, None], columns[at]), probabilities)
        forms = [""] * (len(numbers) + 1)
        order: list[int] = np.argsort(total, kind="stable").tolist()
        for k in order:
            forms[int(columns[k])] = words[places[k]]
        p_place, *p_beside = (sums[:, :-1] for sums in p)
        return Likely(tuple(forms[:-1]), p_place, p_beside[0] if p_beside else None)

    def of_uses(self, rows: Int[np.ndarray, " rows"]) -> "Likely":
        """The same of some of the uses."""
        return Likely(self.words, self.p[rows], None if self.beside is None else self.beside[rows])

    @property
    def votes(self) -> Float[np.ndarray, "uses words"]:
        """The vote of each use for each word in its place."""
        return _votes(self.p)

    def best(self, use: int, n: int = 5) -> list[str]:
        """The most probable words in the place of one use."""
        order = np.argsort(-self.p[use], kind="stable")[: 4 * n]
        return _distinct([self.words[i] for i in order if self.p[use, i] > 0])[:n]


def _votes(p: Float[np.ndarray, "uses words"]) -> Float[np.ndarray, "uses words"]:
    """The vote of each use for each word: 1 for its most probable word, 0 for words beyond `N_COUNTED`."""
    n = min(N_COUNTED, p.shape[1])
    if not n:
        return p
    least = np.partition(p, -n, axis=1)[:, -n][:, None]
    best = p.max(axis=1, keepdims=True)
    counted = np.sqrt(np.divide(p, best, out=np.zeros_like(p), where=best > 0))
    return np.where(p >= np.maximum(least, 1e-12), counted, 0)


def log_odds(likely: Likely, inside: np.ndarray) -> Float[np.ndarray, " words"]:
    """z(w) of every word for the uses inside a group against all others; 0 without others.

    Args:
        inside: (uses,) bool.

    Raises:
        InputError: the numbers of values and uses differ.
    """
    if len(inside) != len(likely.p):
        raise InputError(f"inside has {len(inside)} values, expected {len(likely.p)}: one a use.")
    if inside.all() or not inside.any():
        return np.zeros(len(likely.words))
    z = _z_scores(likely.p, inside)
    if likely.beside is None:
        return z
    return (z + _z_scores(likely.beside, inside)) / np.sqrt(2)


def _z_scores(p: np.ndarray, inside: np.ndarray) -> Float[np.ndarray, " words"]:
    """z(w) by one list of words; 0 for words without a vote."""
    counted = _votes(p)
    total = counted.sum(axis=0)
    prior = PRIOR * total / max(total.sum(), 1e-12)
    y_in, y_out = counted[inside].sum(axis=0) + prior, counted[~inside].sum(axis=0) + prior
    y_in, y_out = np.maximum(y_in, 1e-9), np.maximum(y_out, 1e-9)
    ratio = _log_odds_ratio(y_in, y_in.sum(), y_out, y_out.sum())
    return np.where(total > 0, ratio / np.sqrt(1 / y_in + 1 / y_out), 0.0)


def _log_odds_ratio(
    y_in: np.ndarray,
    n_in: np.ndarray | np.floating,
    y_out: np.ndarray,
    n_out: np.ndarray | np.floating,
) -> np.ndarray:
    """The log-odds ratio of words, from their votes on both sides and the sums of all votes there."""
    inside, outside = (
        np.log(y) - np.log(np.maximum(n - y, 1e-9)) for y, n in ((y_in, n_in), (y_out, n_out))
    )
    return inside - outside


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
            z = likely.votes.mean(axis=0)
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


def group_of_own_words(
    likely: Likely, groups: Sequence[int] | Int[np.ndarray, " uses"]
) -> Int[np.ndarray, " uses"]:
    """The group that each use's own words speak for: the one with the highest sum of votes times log-odds ratios, which are
    computed without the use itself. They are not divided by their standard errors, which would favour large groups.

    A use whose words speak for another group may be in the wrong group. A use without a word has its own group.
    """
    labels = np.unique(np.asarray(groups), return_inverse=True)[1]
    n_groups = int(labels.max(initial=0)) + 1
    sums = np.zeros((len(labels), n_groups))
    for p in [likely.p] if likely.beside is None else [likely.p, likely.beside]:
        votes = _votes(p)
        of_group = np.stack([votes[labels == group].sum(axis=0) for group in range(n_groups)])
        total = of_group.sum(axis=0)
        prior = PRIOR * total / max(total.sum(), 1e-12)
        for use, own in enumerate(labels.tolist()):
            words = np.flatnonzero(votes[use])
            mine = votes[use, words]
            y_in = of_group[:, words] + prior[words]
            y_in[own] -= mine
            n_in = of_group.sum(axis=1) + PRIOR
            n_in[own] -= mine.sum()
            y_all, n_all = (
                total[words] - mine + 2 * prior[words],
                total.sum() - mine.sum() + 2 * PRIOR,
            )
            y_in, y_out = np.maximum(y_in, 1e-9), np.maximum(y_all - y_in, 1e-9)
            sums[use] += _log_odds_ratio(y_in, n_in[:, None], y_out, n_all - n_in[:, None]) @ mine
    best = sums.argmax(axis=1)
    return np.where(sums.any(axis=1), best, labels)


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
