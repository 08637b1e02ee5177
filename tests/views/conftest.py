"""An exploration of made-up vectors, small enough to be made in a second."""

import numpy as np
import pytest

from elmo.representation.joined import join
from elmo.tasks.change.exploration import explore_changes
from elmo.tasks.change.measure import compare
from elmo.tasks.change.sides import Drawn
from elmo.usages import Usage
from elmo.views.build import explore
from elmo.views.exploration import THE_WORD, Exploration
from elmo.views.request import Family, Settings

SENSES = ("money", "river")


def made_up_uses(n: int, word: str = "bank") -> list[Usage]:
    """Sentences with a word, in turn of one sense and the other; the last has none."""
    uses = []
    for i in range(n):
        tokens = ("We", "saw", "the", word, "of", "number", str(i), ".")
        sense = None if i == n - 1 else SENSES[i % 2]
        uses.append(Usage(" ".join(tokens), tokens, 3, sense))
    return uses


def made_up_layers(n: int, dim: int = 16, seed: int = 0) -> np.ndarray:
    """Three layers: the first the same for every use, the others more and more of the senses."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(2, dim))
    of_use = centres[np.arange(n) % 2]
    first = np.repeat(rng.normal(size=(1, dim)), n, axis=0)
    second = 0.5 * of_use + rng.normal(size=(n, dim))
    third = of_use + rng.normal(size=(n, dim))
    return np.stack([first, second, third]).astype(np.float32)


def explored(
    uses: list[Usage], layers: np.ndarray, others: int = 0, others_less: int = 0
) -> Exploration:
    """An exploration of the layers, their mean, and both less their mean over the uses.

    Args:
        others, others_less: so many representations more that are no mixes, as they are and less
            their mean.
    """
    vectors = {f"layer {i}": layer for i, layer in enumerate(layers)}
    vectors["equal mix"] = layers.mean(axis=0)
    half = layers.shape[2] // 2
    vectors["halves added"] = layers[2, :, :half] + layers[2, :, half:]
    vectors["joined"] = join([layers[2], vectors["halves added"]], (1, 1))
    more = {f"other {i}": layers[2] + i for i in range(others)}
    family = Family(THE_WORD, vectors | more, dict.fromkeys(vectors, 0.25))
    names = tuple(vectors)[:3]
    n_layers = len(layers)
    weights = {name: tuple(row) for name, row in zip(names, np.eye(n_layers).tolist(), strict=True)}
    weights["equal mix"] = (1 / n_layers,) * n_layers
    less = Family(THE_WORD, vectors | dict(list(more.items())[:others_less])).less_mean()
    return explore(
        uses,
        [family, less],
        layers=layers,
        layer_names=names,
        settings=Settings(
            names,
            weights,
            made={"model": "made up", "seed": "0"},
            mean_of={"joined": ("layer 2", "halves added")},
        ),
    )


@pytest.fixture(scope="session")
def layers() -> np.ndarray:
    return made_up_layers(13)


@pytest.fixture(scope="session")
def exploration(layers) -> Exploration:
    return explored(made_up_uses(13), layers)


def of_two_sides(n: int = 24) -> Exploration:
    """An exploration of a word whose second sense stands on the new side only."""
    uses = made_up_uses(n + 1)[:n]
    senses = np.array([use.sense == "river" for use in uses])
    order = np.argsort(senses, kind="stable")
    uses = tuple(uses[i] for i in order)
    drawn = Drawn("bank", uses[: n // 2], uses[n // 2 :], n, n, ("old", "new"), 0)
    layers = made_up_layers(n + 1)[1:, :n][:, order]
    changes = {f"layer {number}": compare(drawn, 4 * rows) for number, rows in enumerate(layers, 1)}
    return explore_changes(changes, None, "layer 2", {"model": "made up", "seed": "0"})
