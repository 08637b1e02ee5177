"""Tag a word's sense: which of its senses does a word have in this sentence?

An item is one use of the word, and its contextual vector is the word's own. What static vectors can say
is the mean of the words around it; TF-IDF reads the sentence without the word.
"""

from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Int
from threadpoolctl import threadpool_limits

from elmo.embedder import Elmo
from elmo.errors import InputError
from elmo.explore.bootstrap import Interval, draw, macro_recall, of_all
from elmo.representation import unit
from elmo.representation.reading import of_use
from elmo.tasks.ladder.features import Samples, TaskProgress, VectorSource, embedded, silent
from elmo.tasks.ladder.ladder import Ladder, Settings, run_ladder
from elmo.tasks.ladder.rungs import FittedRung, all_rungs, layer_content
from elmo.tasks.static_vectors import WordVectors
from elmo.usages import Usage

WINDOW = 8
"""Words to each side of the word whose static vectors are averaged."""


def samples(
    usages: Sequence[Usage],
    elmo: Elmo,
    static: WordVectors | None = None,
    cache: VectorSource | None = None,
    progress: TaskProgress = silent,
    name: str = "uses",
) -> Samples:
    """Everything the ladder needs to know about labelled uses of a word.

    Raises:
        InputError: a use has no sense; its number (from 1) is named.
    """
    labels = []
    for number, usage in enumerate(usages, 1):
        if usage.sense is None:
            raise InputError(
                f"use {number} ({usage.text[:40]!r}) has no sense; every use needs one."
            )
        labels.append(usage.sense)
    if len(set(labels)) < 2:
        raise InputError(f"{name} has {len(set(labels))} different senses, expected at least 2.")
    layers = embedded(elmo, [usage.forms for usage in usages], cache, progress)
    around = [_around(usage) for usage in usages]
    return Samples(
        task="sense tagging",
        name=name,
        texts=tuple(usage.text for usage in usages),
        labels=tuple(labels),
        bags=tuple(" ".join(_others(usage)) for usage in usages),
        layers=np.stack(
            [of_use(vectors, use) for vectors, use in zip(layers, usages, strict=True)]
        ),
        static=None if static is None else np.stack([static.mean(words) for words in around]),
        model=elmo.name,
        fingerprint=elmo.fingerprint,
        static_name=None if static is None else static.name,
    )


def run(
    items: Samples,
    settings: Settings | None = None,
    progress: TaskProgress = silent,
    on_ladder: Callable[[Ladder], None] | None = None,
) -> Ladder:
    """Measure every representation; see `ladder.run_ladder`.

    The first measure is recall averaged over senses, so that a rare sense counts as much as a
    frequent one.
    """
    return run_ladder(
        items, settings or Settings(), ("macro recall", "accuracy"), progress, on_ladder
    )


Split = tuple[Samples, Int[np.ndarray, " train"], Int[np.ndarray, " test"]]
"""A word's uses, and which of them are trained on and tested."""


def run_split(
    words: Sequence[Split],
    method: str = "nearest",
    progress: TaskProgress = silent,
    n_resamples: int = 1000,
) -> dict[str, Interval]:
    """Measure on a given split into training and test uses: recall over senses, then over words.

    Args:
        words: one a word.
        method: "nearest" gives a test use the sense of the training use with the highest cosine;
            "classifier" trains logistic regression, as `run` does.
        n_resamples: of the bootstrap over the test uses of each word.

    Returns:
        The label of a representation -> its value and interval. With "nearest" only vectors are
        measured, and no learned mix.
    """
    n_layers = words[0][0].layers.shape[1]
    nearest = method == "nearest"
    rungs = all_rungs(n_layers, words[0][0].static is not None, lexical=not nearest)
    if nearest:
        rungs = [r for r in rungs if r.content not in ("majority", "tfidf", "learned")]
    rng = np.random.default_rng(0)
    found: dict[str, Interval] = {}
    for number, rung in enumerate(rungs):
        progress(number / len(rungs), f"Measuring: {rung.label}")
        values, resampled = [], []
        for items, train, test in words:
            labels = np.array(items.labels)
            if nearest:
                guess = labels[train][_nearest(items, rung.content, rung.joined, train, test)]
            else:
                with threadpool_limits(1):  # as in `ladder.run_ladder`
                    guess = FittedRung(rung, items).fit(train, 0).predict(test)
            statistic = macro_recall(
                (guess == labels[test]).astype(float),
                np.unique(labels[test], return_inverse=True)[1],
            )
            values.append(of_all(statistic, len(test)))
            resampled.append(statistic(draw(rng, len(test), n_resamples)))
        found[rung.label] = Interval.of(float(np.mean(values)), np.mean(resampled, axis=0))
    return found


def _others(usage: Usage) -> list[str]:
    return [*usage.forms[: usage.position], *usage.forms[usage.end :]]


def _around(usage: Usage) -> list[str]:
    at, end = usage.position, usage.end
    return [*usage.forms[max(0, at - WINDOW) : at], *usage.forms[end : end + WINDOW]]


def _nearest(
    items: Samples, content: str, joined: bool, train: np.ndarray, test: np.ndarray
) -> Int[np.ndarray, " test"]:
    """For each test use, the place among the training uses of the one with the highest cosine."""
    if content == "static":
        assert items.static is not None
        vectors = unit(items.static)
    else:
        vectors = unit(layer_content(content, items.layers))
        if joined and items.static is not None:
            vectors = np.concatenate([unit(items.static), vectors], axis=1)
    return (vectors[test] @ vectors[train].T).argmax(axis=1)
