"""What the tests share: where ../shared is, and small random models in the official format."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import settings

from elmo import Elmo, representation
from elmo.model.bilm import BiLm
from elmo.model.options import Options
from elmo.model.weights import write_model

settings.register_profile("untimed", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("untimed")
torch.set_num_threads(1)  # the models of the tests are too small to share out

os.environ.setdefault("ELMO_WARM_UP", "0")  # no test needs UMAP compiled in the background
MAIN = sys.modules["__main__"]
ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture(autouse=True)
def _main_module() -> Iterator[None]:
    """AppTest leaves its page as the main module, and a process begun by a test would run that page first.

    A page may have been run by a fixture of a whole module, before this one begins: so the main module is that of the start.
    """
    sys.modules["__main__"] = MAIN
    yield
    sys.modules["__main__"] = MAIN


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder ../shared; the test is skipped without it, unless ELMO_REQUIRE_SHARED=1."""
    if not SHARED.is_dir():
        if os.environ.get("ELMO_REQUIRE_SHARED") == "1":
            pytest.fail("ELMO_REQUIRE_SHARED is 1 and ../shared is missing")
        pytest.skip("../shared, with AllenNLP's vectors and the evaluation data, is not here")
    return SHARED


def small_options(**changes) -> Options:
    """Options of a model that takes milliseconds."""
    values = dict(
        projection_dim=6,
        dim=10,
        n_layers=2,
        filters=((1, 3), (2, 4), (3, 5)),
        n_highway=1,
        char_dim=4,
        cell_clip=3.0,
        proj_clip=3.0,
    )
    return Options(**(values | changes))


def random_model(options: Options, seed: int = 0, dtype: torch.dtype = torch.float32) -> BiLm:
    """A model with random weights, large enough that gates open and clips bite."""
    generator = torch.Generator().manual_seed(seed)
    model = BiLm(options)
    for parameter in model.parameters():
        parameter.data = torch.randn(parameter.shape, generator=generator) * 0.7
    return model.to(dtype).requires_grad_(False).eval()


@pytest.fixture(scope="session")
def small_model_files(tmp_path_factory) -> tuple[Path, Path]:
    """options.json and weights.hdf5 of a small random model."""
    folder = tmp_path_factory.mktemp("small-model")
    files = folder / "options.json", folder / "weights.hdf5"
    write_model(random_model(small_options()), *files)
    return files


@pytest.fixture(scope="session")
def elmo(small_model_files) -> Elmo:
    """The small random model."""
    return Elmo(*small_model_files)


@pytest.fixture
def top_two() -> Iterator[None]:
    """One more representation: the mean of the top two layers."""

    def entry(n_layers):
        weights = [0.0] * (n_layers - 2) + [0.5, 0.5]
        return [representation.mix(weights, "top two", "top-two", "The mean of the top two.")]

    representation.ENTRIES.append(entry)
    yield
    representation.ENTRIES.remove(entry)


SENTENCES = [
    "The bank raised its interest rates .".split(),
    "We sat on the river bank and watched the boats".split(),
    [],
    ["Hello"],
    "Überraschung 東京 naïve 🙂 don't supercalifragilisticexpialidociousantidisestablishmentarianism".split(),
    ["", "<S>", "</S>", "a"],
    ["the"] * 40,
]


@pytest.fixture
def sentences() -> list[list[str]]:
    """Sentences of many lengths, scripts and oddities."""
    return [list(sentence) for sentence in SENTENCES]


@pytest.fixture
def rng() -> np.random.Generator:
    """A generator with a fixed seed."""
    return np.random.default_rng(0)
