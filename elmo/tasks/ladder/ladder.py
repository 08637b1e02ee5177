"""The measurement of every representation by one protocol: stratified folds, several seeds, intervals.

Vocabulary, scaling, penalty, mix and classifier are fitted on the training folds alone. Copies of a text are in the
same fold. With shuffled labels every row is at chance.
"""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Int
from sklearn.model_selection import StratifiedKFold
from threadpoolctl import threadpool_limits

from elmo.errors import InputError
from elmo.explore.bootstrap import Interval, Statistic, bootstrap, macro_recall, mean_of, of_all
from elmo.tasks.ladder.features import Samples, Stop, TaskProgress, silent
from elmo.tasks.ladder.results import CurvePoint, Ladder, LadderRow, Learned, Settings
from elmo.tasks.ladder.rungs import FittedRung, Rung, all_rungs


def fold_of_each(
    texts: Sequence[str], labels: Sequence[str], n_folds: int, seed: int
) -> Int[np.ndarray, " items"]:
    """The fold in which each item is tested: stratified by label, copies of a text together.

    Raises:
        InputError: a class has fewer different texts than there are folds; the message names all such classes.
    """
    first: dict[str, int] = {}
    for number, text in enumerate(texts):
        first.setdefault(text, number)
    distinct = [labels[number] for number in first.values()]
    small = {c: Counter(distinct)[c] for c in set(labels) if Counter(distinct)[c] < n_folds}
    if small:
        listed = ", ".join(f"{c!r} has {n}" for c, n in sorted(small.items()))
        raise InputError(
            f"{n_folds} folds need at least {n_folds} different texts a class: {listed}. Add texts, or "
            "take fewer folds."
        )
    splitter = StratifiedKFold(n_folds, shuffle=True, random_state=seed)
    fold_of: dict[str, int] = {}
    names = list(first)
    for fold, (_, test) in enumerate(splitter.split(np.zeros((len(names), 1)), distinct)):
        fold_of |= {names[i]: fold for i in test}
    return np.array([fold_of[text] for text in texts])


def training_part(
    train: Int[np.ndarray, " items"], labels: np.ndarray, share: float, seed: int
) -> Int[np.ndarray, " chosen"]:
    """A stratified part of the training items, with at least 2 of each class; smaller parts are parts of larger ones."""
    if share >= 1:
        return train
    order = np.random.default_rng(seed).permutation(train)
    parts = []
    for label in np.unique(labels[train]):
        members = order[labels[order] == label]
        parts.append(members[: max(2, round(share * len(members)))])
    return np.sort(np.concatenate(parts))


def run_ladder(
    items: Samples,
    settings: Settings | None = None,
    progress: TaskProgress = silent,
    on_ladder: Callable[[Ladder], None] | None = None,
    *,
    measures: tuple[str, ...],
) -> Ladder:
    """Measure the representations one after another.

    Args:
        items: the data.
        settings: folds, seeds, learning curve and rows.
        progress: called before each fit. When the function raises `features.Stop`, the rows so far are returned.
        on_ladder: called after each row with the ladder of the rows so far.
        measures: names of the measures; rows are compared by the first one.

    Raises:
        InputError: a class has too few items, or there is no row of a name in `settings.rows`.
    """
    settings = settings or Settings()
    rungs = chosen_rungs(all_rungs(items.layers.shape[1], items.static is not None), settings)
    folds = [
        fold_of_each(items.texts, items.labels, settings.n_folds, seed) for seed in settings.seeds
    ]
    total = sum(rung.cost for rung in rungs)
    penalties: dict[tuple, float] = {}
    correct_of: dict[str, np.ndarray] = {}

    def measure(rung: Rung) -> LadderRow:
        done = sum(r.cost for r in rungs[: rungs.index(rung)]) / total

        def report(share: float) -> None:
            progress(done + share * rung.cost / total, f"Measuring: {rung.label}")

        # Products of this size take twice as long on two threads.
        with threadpool_limits(1):
            row, correct = _measure(rung, items, settings, folds, measures, report, penalties)
        correct_of[rung.name] = correct
        if "tfidf" not in correct_of or rung.name == "tfidf":
            return row
        over = _difference(items, measures[0], correct, correct_of["tfidf"])
        return replace(row, over_tfidf=over)

    empty = Ladder(
        items.task,
        items.name,
        items.model,
        items.fingerprint,
        items.static_name,
        measures[0],
        items.texts,
        items.labels,
        (),
        settings,
        items.notices,
    )
    return measure_rungs(empty, rungs, measure, on_ladder)


def chosen_rungs(rungs: Sequence[Rung], settings: Settings) -> list[Rung]:
    """The rungs that `settings.rows` names; all without names.

    Raises:
        InputError: there is no rung of a name.
    """
    if settings.rows is None:
        return list(rungs)
    unknown = sorted(set(settings.rows) - {rung.name for rung in rungs})
    if unknown:
        raise InputError(
            f"there are no rows {unknown}; there are {', '.join(r.name for r in rungs)}."
        )
    return [rung for rung in rungs if rung.name in settings.rows]


def measure_rungs(
    empty: Ladder,
    rungs: Sequence[Rung],
    measure: Callable[[Rung], LadderRow],
    on_ladder: Callable[[Ladder], None] | None,
) -> Ladder:
    """The ladder with a row for each rung; after `features.Stop` with the rows so far and a notice.

    Args:
        empty: the ladder without rows.
        measure: returns the row of a rung; it may raise `Stop`.
        on_ladder: called after each row with the ladder of the rows so far.
    """
    began, ladder = time.monotonic(), empty
    for rung in rungs:
        try:
            row = measure(rung)
        except Stop:
            notice = f"Stopped after {len(ladder.rows)} of {len(rungs)} rows."
            return replace(ladder, notices=(*ladder.notices, notice))
        ladder = replace(ladder, rows=(*ladder.rows, row), seconds=time.monotonic() - began)
        if on_ladder is not None:
            on_ladder(ladder)
    return ladder


def _measure(
    rung: Rung,
    items: Samples,
    settings: Settings,
    folds: Sequence[np.ndarray],
    measures: Sequence[str],
    report: Callable[[float], None],
    penalties: dict[tuple, float],
) -> tuple[LadderRow, np.ndarray]:
    """One row, and for each item the share of seeds with a correct prediction."""
    labels = np.array(items.labels)
    shares = [*settings.curve, 1.0]
    predicted = np.empty((len(shares), len(settings.seeds), len(labels)), labels.dtype)
    sizes = np.zeros((len(shares), len(settings.seeds) * settings.n_folds))
    learned: list[Learned] = []
    steps = len(settings.seeds) * settings.n_folds
    for number, (s, fold) in enumerate(np.ndindex(len(settings.seeds), settings.n_folds)):
        report(number / steps)
        test = np.flatnonzero(folds[s] == fold)
        train = np.flatnonzero(folds[s] != fold)
        for at, share in enumerate(shares):
            part = training_part(train, labels, share, settings.seeds[s])
            fitted = FittedRung(rung, items, penalties).fit(part, settings.seeds[s])
            predicted[at, s, test] = fitted.predict(test)
            sizes[at, number] = len(part)
            if share == 1 and fitted.learned is not None:
                learned.append(fitted.learned)
    correct = (predicted == labels).mean(axis=1)  # shares items, over seeds
    curve = [
        CurvePoint(round(size), _interval(items, measures[0], correct[at]))
        for at, size in enumerate(sizes.mean(axis=1))
    ]
    row = LadderRow(
        rung.name,
        rung.label,
        rung.group,
        {measure: _interval(items, measure, correct[-1]) for measure in measures},
        [
            _value(items, measures[0], (predicted[-1, s] == labels))
            for s in range(len(settings.seeds))
        ],
        predictions=predicted[-1, 0].tolist(),
        curve=curve,
        learned=_final(rung, items, learned, settings),
    )
    return row, correct[-1]


def _final(
    rung: Rung, items: Samples, learned: list[Learned], settings: Settings
) -> Learned | None:
    """The weights trained on all items, together with those of each fold; None without a learned mix."""
    if not learned:
        return None
    final = FittedRung(rung, items).fit(np.arange(len(items)), settings.seeds[0]).learned
    assert final is not None
    return replace(final, in_folds=[one.normalized for one in learned])


def _statistic(items: Samples, measure: str, correct: np.ndarray) -> Statistic:
    if measure == "accuracy":
        return mean_of(correct)
    return macro_recall(correct, np.unique(np.array(items.labels), return_inverse=True)[1])


def _interval(items: Samples, measure: str, correct: np.ndarray) -> Interval:
    return bootstrap(_statistic(items, measure, correct.astype(float)), len(items))


def _value(items: Samples, measure: str, correct: np.ndarray) -> float:
    return of_all(_statistic(items, measure, correct.astype(float)), len(items))


def _difference(items: Samples, measure: str, one: np.ndarray, other: np.ndarray) -> Interval:
    first, second = _statistic(items, measure, one), _statistic(items, measure, other)
    return bootstrap(lambda counts: first(counts) - second(counts), len(items))
