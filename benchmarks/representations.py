"""Pair AUC of ways to join the two directions that are no entries of `elmo.representation`.

    python -m benchmarks.representations FOLDER [--json]

FOLDER is elmo/examples/senses, elmo/examples/senses_heldout or CoarseWSD-20. The figures stand in docs/representations.md.
"""

import argparse
import json
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from jaxtyping import Float

from elmo import Elmo
from elmo.explore.similarity import cosine_matrix
from elmo.representation import (
    Output,
    Reading,
    SparseRows,
    by_name,
    less_the_mean,
    unit,
)
from elmo.tasks.senses.word_senses import measure_senses, read_labelled
from elmo.usages import Usage

Rows = Float[np.ndarray, "uses dim"]
ENTRIES = ("layer 2", "halves added", "around the word", "added and around", "words around")


def centred_units(*parts: Rows) -> Rows:
    """The parts joined, each minus its mean and at length 1."""
    return np.concatenate([unit(less_the_mean(part)) for part in parts], axis=1)


def halves(rows: Rows) -> tuple[Rows, Rows]:
    """The forward and the backward half."""
    return rows[:, : rows.shape[1] // 2], rows[:, rows.shape[1] // 2 :]


def added_halves(rows: Rows) -> Rows:
    """The sum of both halves."""
    forward, backward = halves(rows)
    return forward + backward


def scaled(rows: Rows) -> Rows:
    """The sum of both halves at length 1."""
    forward, backward = halves(rows)
    return unit(forward) + unit(backward)


def correlation_metric(output: Output, by_frequency: bool) -> Float[np.ndarray, "half half"]:
    """G with the covariance of the rows of W alone, each row weighted alike or by its word's probability from the bias."""
    W, b = output.W[output.rows].astype(np.float64), output.b[output.rows].astype(np.float64)
    p = np.exp(b - b.max()) if by_frequency else np.ones(len(b))
    p /= p.sum()
    centred = W - p @ W
    values, axes = np.linalg.eigh((centred * p[:, None]).T @ centred)
    return (axes * np.sqrt(np.maximum(values, 0))) @ axes.T


def tempered(reading: Reading, temperature: float) -> Rows:
    """Substitutes with their probabilities to the power 1 / temperature."""
    ids, log_p = reading.substitutes
    rows = np.zeros((len(ids), int(ids.max()) + 1))
    p = np.exp((log_p - log_p.max(axis=1, keepdims=True)) / temperature)
    np.put_along_axis(rows, ids, np.sqrt(p / p.sum(axis=1, keepdims=True)), axis=1)
    return rows[:, rows.any(axis=0)]


def rare_first(reading: Reading) -> Rows:
    """Substitutes weighted by log(n / number of uses with the substitute)."""
    rows = tempered(reading, 1.0)
    return rows * np.log(len(rows) / (rows > 0).sum(axis=0))


def by_z_scores(*parts: Rows) -> Rows:
    """Rows whose products are the sums of the z-scores of the parts' cosines.

    The scores of n uses are a symmetric matrix. Its diagonal is raised until no eigenvalue is below 0. Then its square
    root has rows of one length, whose cosines have the order of the scores.
    """
    total = np.zeros((len(parts[0]), len(parts[0])))
    off = ~np.eye(len(total), dtype=bool)
    for part in parts:
        matrix = cosine_matrix(part)
        if matrix[off].std() > 0:
            total += (matrix - matrix[off].mean()) / matrix[off].std()
    np.fill_diagonal(total, 0)
    np.fill_diagonal(total, -np.linalg.eigvalsh(total)[0])
    values, axes = np.linalg.eigh(total)
    return axes * np.sqrt(np.maximum(values, 0))


def variants(reading: Reading) -> Mapping[str, Callable[[], Rows]]:
    """The vectors of each way, minus the mean of the word's uses."""
    assert reading.around is not None and reading.constants is not None
    output, around = reading.constants.output, reading.around
    assert output is not None
    n_layers = len(reading.layers)
    vectors = {name: by_name(name, n_layers).vectors(reading) for name in (*ENTRIES, "substitutes")}
    added, near = vectors["halves added"], vectors["around the word"]
    first = added_halves(reading.layers[1]) @ output.metric
    by_frequency, uniform = (correlation_metric(output, weighted) for weighted in (True, False))
    return {
        **{name: lambda name=name: less_the_mean(vectors[name]) for name in ENTRIES},
        "added and around": lambda: centred_units(added, near),
        "substitutes": lambda: less_the_mean(vectors["substitutes"]),
        "added, around and words around": lambda: centred_units(
            added, near, vectors["words around"]
        ),
        "substitutes and layer 2, z-scores added": lambda: by_z_scores(
            less_the_mean(vectors["substitutes"]), less_the_mean(vectors["layer 2"])
        ),
        "added, halves of layer 1": lambda: less_the_mean(first),
        "added, halves at length 1": lambda: less_the_mean(
            scaled(reading.layers[-1]) @ output.metric
        ),
        "around, halves at length 1": lambda: less_the_mean(scaled(around) @ output.metric),
        "added, G of all scores alike": lambda: less_the_mean(
            added_halves(reading.layers[-1]) @ uniform
        ),
        "around, G of all scores alike": lambda: less_the_mean(added_halves(around) @ uniform),
        "added, G by frequency": lambda: less_the_mean(
            added_halves(reading.layers[-1]) @ by_frequency
        ),
        "around, G by frequency": lambda: less_the_mean(added_halves(around) @ by_frequency),
        "added, no G": lambda: less_the_mean(added_halves(reading.layers[-1])),
        "substitutes, temperature 0.7": lambda: less_the_mean(tempered(reading, 0.7)),
        "substitutes, temperature 1.5": lambda: less_the_mean(tempered(reading, 1.5)),
        "substitutes, idf over the uses": lambda: less_the_mean(rare_first(reading)),
    }


def main() -> None:
    """Print the pair AUC of every way on the test uses of a folder."""
    parser = argparse.ArgumentParser(description="Measure ways to join the two directions.")
    parser.add_argument("folder")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    elmo = Elmo()

    def vectors(uses: Sequence[Usage]) -> Mapping[str, Rows | SparseRows]:
        return {name: made() for name, made in variants(elmo.read_uses(uses)).items()}

    words = [type(word)(word.word, (), word.test) for word in read_labelled(args.folder)]
    figures = measure_senses(words, vectors, n_resamples=1000 if len(words) > 8 else 200)
    if args.json:
        print(json.dumps({name: figure.to_dict() for name, figure in figures.items()}, indent=1))
        return
    for name, figure in figures.items():
        print(f"{name:<44} {figure.pair_auc}")


if __name__ == "__main__":
    main()
