"""Sense tagging: the sense of a word in each sentence.

An item is one use of the word, and its contextual vector is that of the word itself. The static vector of an item is
the mean of the words around the word; TF-IDF reads the sentence without the word.
"""

from collections.abc import Sequence
from functools import partial

import numpy as np
from jaxtyping import Int
from threadpoolctl import threadpool_limits

from elmo.embedder import Elmo
from elmo.errors import InputError
from elmo.explore.bootstrap import Interval, draw, macro_recall, of_all
from elmo.representation import unit
from elmo.representation.reading import of_use
from elmo.tasks.ladder.features import Samples, TaskProgress, VectorSource, embed_sentences, silent
from elmo.tasks.ladder.ladder import run_ladder
from elmo.tasks.ladder.rungs import FittedRung, all_rungs, layer_content
from elmo.tasks.static_vectors import WordVectors
from elmo.usages import Usage

WINDOW = 8
"""Number of words on each side whose static vectors are averaged."""


def samples(
    usages: Sequence[Usage],
    elmo: Elmo,
    static: WordVectors | None = None,
    cache: VectorSource | None = None,
    progress: TaskProgress = silent,
    name: str = "uses",
) -> Samples:
    """The labels, vectors and words of labelled uses of a word, from which a ladder is made.

    Raises:
        InputError: a use has no sense, and the message has its number, from 1; or all uses have one sense.
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
    layers = embed_sentences(elmo, [usage.forms for usage in usages], cache, progress)
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


run = partial(run_ladder, measures=("macro recall", "accuracy"))
"""The ladder of the uses; see `ladder.run_ladder`. Recall is averaged over senses, so that a rare sense counts as much as a
frequent one."""


Split = tuple[Samples, Int[np.ndarray, " train"], Int[np.ndarray, " test"]]
"""The uses of a word, and the numbers of the training uses and the test uses."""


def run_split(
    words: Sequence[Split],
    method: str = "nearest",
    progress: TaskProgress = silent,
    n_resamples: int = 1000,
) -> dict[str, Interval]:
    """The recall on given splits into training and test uses, averaged over senses, then over words.

    Args:
        words: a split for each word.
        method: "nearest" gives a test use the sense of the training use with the highest cosine;
            "classifier" trains logistic regression, as `run` does.
        n_resamples: number of bootstrap resamples of the test uses of each word.

    Returns:
        Value and interval by the label of the representation. With "nearest" the rows without vectors and the learned
        mix are left out.
    """
    n_layers = words[0][0].layers.shape[1]
    nearest = method == "nearest"
    rungs = all_rungs(n_layers, words[0][0].static is not None, lexical=not nearest)
    if nearest:
        rungs = [r for r in rungs if r.content not in ("majority", "tfidf", "learned")]
    rng = np.random.default_rng(0)
    figures: dict[str, Interval] = {}
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
        figures[rung.label] = Interval.of(float(np.mean(values)), np.mean(resampled, axis=0))
    return figures


def _others(usage: Usage) -> list[str]:
    return [*usage.forms[: usage.position], *usage.forms[usage.end :]]


def _around(usage: Usage) -> list[str]:
    at, end = usage.position, usage.end
    return [*usage.forms[max(0, at - WINDOW) : at], *usage.forms[end : end + WINDOW]]


def _nearest(
    items: Samples, content: str, joined: bool, train: np.ndarray, test: np.ndarray
) -> Int[np.ndarray, " test"]:
    """For each test use, the number of the training use with the highest cosine, counted among the training uses."""
    if content == "static":
        assert items.static is not None
        vectors = unit(items.static)
    else:
        vectors = unit(layer_content(content, items.layers))
        if joined and items.static is not None:
            vectors = np.concatenate([unit(items.static), vectors], axis=1)
    return (vectors[test] @ vectors[train].T).argmax(axis=1)
