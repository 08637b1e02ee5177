"""The layers in the metric of the softmax: every prediction stays, and cosines are those of the metric."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from elmo.errors import TrainingError
from elmo.model.options import Options
from elmo.model.softmax import read_softmax
from elmo.model.weights import read_model
from elmo.representation.output import softmax_metric
from elmo.training import pipeline
from elmo.training.data.batches import make_batch
from elmo.training.data.vocabulary import SPECIAL
from elmo.training.objective import read_directions
from elmo.training.preparation import Job
from elmo.training.softmax_metric import MEANS_KEPT, OUTPUTS_RMS, in_softmax_metric
from elmo.training.trainer import Limit
from tests.conftest import random_model
from tests.training.tiny import RECIPE, grammar_corpus, make_trainer

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
    rows = rng.normal(size=(n_words + len(SPECIAL), 8)) * np.geomspace(0.03, 2, 8) + 0.4
    return torch.from_numpy(rows @ np.linalg.qr(rng.normal(size=(8, 8)))[0])


OUTPUTS = [
    torch.from_numpy(np.random.default_rng(seed).normal(size=(n, 8)) + np.arange(8) * sign)
    for seed, n, sign in ((4, 30, 1), (5, 50, -1))
]


def into_of(W: torch.Tensor, changed_W: torch.Tensor) -> np.ndarray:
    """M of h M, from changed W = W M^-T."""
    return torch.linalg.lstsq(changed_W, W).solution.T.numpy()


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
    changed, changed_W = in_softmax_metric(model, W, OUTPUTS)
    before, after = layers_of(model), layers_of(changed)
    for h, mapped in zip(before, after, strict=True):
        torch.testing.assert_close(mapped @ changed_W.t(), h @ W.t(), rtol=1e-9, atol=1e-9)
    assert not torch.allclose(before[-1], after[-1], atol=1e-2)


def test_outside_the_means_a_cosine_is_that_of_the_metric(model):
    W = uneven_softmax()
    _, changed_W = in_softmax_metric(model, W, OUTPUTS)
    into = into_of(W, changed_W)
    G = softmax_metric(W.numpy(), np.arange(len(SPECIAL), len(W)))
    means = np.stack([x.numpy().mean(axis=0) for x in OUTPUTS])
    plane = np.linalg.qr((means @ G).T)[0]
    x, y = np.random.default_rng(1).normal(size=(2, 8)) @ G
    x, y = (v - plane @ (plane.T @ v) for v in (x, y))
    mapped = [v @ np.linalg.inv(G) @ into for v in (x, y)]
    for a, b, expected in ((*mapped, x @ y), (mapped[0], mapped[0], x @ x)):
        scale = (mapped[1] @ mapped[1]) / (y @ y)
        assert a @ b / scale == pytest.approx(expected, abs=1e-9)


def test_in_the_plane_of_the_means_outputs_are_shorter(model):
    W = uneven_softmax()
    _, changed_W = in_softmax_metric(model, W, OUTPUTS)
    G = softmax_metric(W.numpy(), np.arange(len(SPECIAL), len(W)))
    means = np.stack([x.numpy().mean(axis=0) for x in OUTPUTS])
    other = np.linalg.qr((means @ G).T, mode="complete")[0][:, 2] @ np.linalg.inv(G)
    inside, outside = (
        np.linalg.norm(v @ into_of(W, changed_W)) / np.linalg.norm(v @ G) for v in (means[0], other)
    )
    assert inside / outside == pytest.approx(MEANS_KEPT, abs=1e-9)


def test_the_outputs_have_the_stated_size(model):
    W = uneven_softmax()
    _, changed_W = in_softmax_metric(model, W, OUTPUTS)
    mapped = torch.cat(OUTPUTS).numpy() @ into_of(W, changed_W)
    assert np.sqrt((mapped**2).mean()) == pytest.approx(OUTPUTS_RMS, abs=1e-9)


def test_the_numbers_of_the_rows_are_uncorrelated(model):
    _, W = in_softmax_metric(model, uneven_softmax(), OUTPUTS)
    covariance = np.cov(W[len(SPECIAL) :].numpy().T)
    np.testing.assert_allclose(covariance, np.diag(np.diag(covariance)), atol=1e-9)


def test_a_second_time_changes_nothing(model):
    W = uneven_softmax()
    once, once_W = in_softmax_metric(model, W, OUTPUTS)
    twice, twice_W = in_softmax_metric(
        once, once_W, [x @ torch.from_numpy(into_of(W, once_W)) for x in OUTPUTS]
    )
    for h, mapped in zip(layers_of(once), layers_of(twice), strict=True):
        found, expected = (torch.einsum("btd,bsd->bts", x, x) for x in (mapped, h))
        torch.testing.assert_close(found, expected)


def test_the_given_model_stays(model):
    W = uneven_softmax()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    kept = W.clone()
    in_softmax_metric(model, W, OUTPUTS)
    torch.testing.assert_close(dict(model.state_dict()), before, rtol=0, atol=0)
    assert torch.equal(W, kept)


def test_fewer_words_than_numbers_give_finite_weights(model):
    changed, W = in_softmax_metric(model, uneven_softmax(5), OUTPUTS)
    assert torch.isfinite(W).all()
    assert all(torch.isfinite(value).all() for value in changed.state_dict().values())


def test_without_a_projection_there_is_no_place_for_the_map():
    options = replace(OPTIONS, dim=8)
    with pytest.raises(TrainingError, match="projection"):
        in_softmax_metric(random_model(options).double(), uneven_softmax(), OUTPUTS)


def test_a_training_writes_its_model_in_the_metric_with_its_predictions(tmp_path):
    corpus = grammar_corpus(tmp_path)
    recipe = replace(RECIPE, softmax_metric=True)
    trainer = make_trainer(corpus, 3, recipe=recipe)
    trainer.run()
    job = Job([], tmp_path / "model", trainer.model.options, recipe, Limit(steps=3))
    pipeline.write_model(job, trainer)
    files = tmp_path / "model"
    model = read_model(files / "options.json", files / "weights.hdf5")
    softmax = read_softmax(files / "softmax.hdf5", files / "vocab.txt", 12)
    batch = make_batch(trainer.batches.codes(corpus.sentence_numbers()[:20]))
    vectors = trainer.token_vectors(batch)
    with torch.no_grad():
        directions = [read_directions(m, vectors, 0.0) for m in (trainer.model, model)]
    for before, after in zip(*directions, strict=True):
        scores = before[-1] @ trainer.W.T
        torch.testing.assert_close(after[-1] @ softmax.W.T, scores, rtol=1e-4, atol=1e-4)
        assert not torch.allclose(after[-1], before[-1], atol=1e-2)


@pytest.mark.parametrize("limit, longest", [(4, 4), (5, 5), (1, 6)])
def test_the_sample_has_short_sentences_or_all_where_none_is_short(
    tmp_path, monkeypatch, limit, longest
):
    corpus = grammar_corpus(tmp_path)
    lengths = corpus.lengths[corpus.sentence_numbers()]
    assert lengths.min() == 4 and lengths.max() == 6
    monkeypatch.setattr(pipeline, "SAMPLE_WORDS", limit)
    forward, backward = pipeline.sample_outputs(make_trainer(corpus, steps=1))
    assert len(forward) == len(backward) == (lengths[lengths <= longest] + 1).sum()
