"""The layers in the metric of the softmax: every prediction stays, the rows of the softmax vary equally in all directions."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from elmo.errors import TrainingError
from elmo.model.options import Options
from elmo.training.softmax_metric import N_SPECIAL, ROWS_STD, in_softmax_metric
from tests.conftest import random_model

OPTIONS = Options(
    projection_dim=8,
    dim=12,
    n_layers=3,
    filters=((1, 4), (2, 8)),
    char_dim=4,
    cell_clip=None,
    proj_clip=None,
)


def uneven_softmax(n_words: int = 300) -> torch.Tensor:
    rng = np.random.default_rng(3)
    rows = rng.normal(size=(n_words + N_SPECIAL, 8)) * np.geomspace(0.03, 2, 8) + 0.4
    return torch.from_numpy(rows @ np.linalg.qr(rng.normal(size=(8, 8)))[0])


def layers_of(model) -> list[torch.Tensor]:
    """The forward and backward halves of each layer for two sentences of unequal length."""
    x = torch.randn(2, 7, 8, generator=torch.Generator().manual_seed(5), dtype=torch.float64)
    layers = model(x, torch.tensor([7, 4])).layers
    return [half for layer in layers[1:] for half in layer.split(8, dim=-1)]


@pytest.fixture
def model():
    return random_model(OPTIONS).double()


def test_every_prediction_stays(model):
    W = uneven_softmax()
    changed, changed_W = in_softmax_metric(model, W)
    before, after = layers_of(model), layers_of(changed)
    for h, mapped in zip(before, after, strict=True):
        torch.testing.assert_close(mapped @ changed_W.t(), h @ W.t(), rtol=1e-9, atol=1e-9)
    assert not torch.allclose(before[-1], after[-1], atol=1e-2)


def test_the_rows_vary_equally_in_all_directions(model):
    _, W = in_softmax_metric(model, uneven_softmax())
    covariance = np.cov(W[N_SPECIAL:].numpy().T, bias=True)
    np.testing.assert_allclose(covariance, ROWS_STD**2 * np.eye(8), atol=1e-10)


def test_a_cosine_is_the_correlation_of_all_scores(model):
    W = uneven_softmax()
    _, changed_W = in_softmax_metric(model, W)
    into = torch.linalg.lstsq(changed_W, W).solution  # W = changed_W into, so h becomes h into^T
    x, y = np.random.default_rng(1).normal(size=(2, 8))
    scores = np.corrcoef(W[N_SPECIAL:].numpy() @ x, W[N_SPECIAL:].numpy() @ y)[0, 1]
    x, y = into.numpy() @ x, into.numpy() @ y
    assert x @ y / np.linalg.norm(x) / np.linalg.norm(y) == pytest.approx(scores, abs=1e-9)


def test_a_second_time_changes_nothing(model):
    once, W = in_softmax_metric(model, uneven_softmax())
    twice, W_again = in_softmax_metric(once, W)
    torch.testing.assert_close(W_again, W)
    torch.testing.assert_close(dict(twice.state_dict()), dict(once.state_dict()))


def test_the_given_model_stays(model):
    W = uneven_softmax()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    kept = W.clone()
    in_softmax_metric(model, W)
    torch.testing.assert_close(dict(model.state_dict()), before, rtol=0, atol=0)
    assert torch.equal(W, kept)


def test_fewer_words_than_numbers_give_finite_weights(model):
    changed, W = in_softmax_metric(model, uneven_softmax(5))
    assert torch.isfinite(W).all()
    assert all(torch.isfinite(value).all() for value in changed.state_dict().values())


def test_without_a_projection_there_is_no_place_for_the_map():
    options = replace(OPTIONS, dim=8)
    with pytest.raises(TrainingError, match="projection"):
        in_softmax_metric(random_model(options).double(), uneven_softmax())
