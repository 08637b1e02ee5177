"""Training learns, is the same with or without interruption, and stops at the first number that is none."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from elmo.embedder import Elmo
from elmo.errors import TrainingError
from elmo.model.softmax import read_softmax
from elmo.training.checkpoint import NAME, read_checkpoint
from elmo.training.data.batches import Batches, make_batch
from elmo.training.export import write_model_folder
from elmo.training.fast.row_adam import RowAdam
from elmo.training.objective import read_directions
from elmo.training.perplexity import measure_perplexity

from .tiny import OPTIONS, RECIPE, grammar_corpus, make_trainer


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return grammar_corpus(tmp_path_factory.mktemp("grammar"))


def test_it_learns_one_batch_by_heart(corpus):
    # sentences with their own words, so that nothing is left to chance but the first word
    numbers = corpus.sentence_numbers()[:1]
    entries = []
    make_trainer(corpus, 120, numbers=numbers).run(report_seconds=0, report=entries.append)
    assert entries[0]["loss"] > 1.5
    assert entries[-1]["loss"] < 0.05


def test_the_loss_falls_to_what_the_grammar_leaves_to_chance(corpus):
    entries = []
    trainer = make_trainer(corpus, 150)
    trainer.run(report_seconds=0, report=entries.append)
    # a third of chance for the subject, a third for "." against four adverbs, and so on: about 2.2 a word in all
    assert entries[0]["forward_perplexity"] > 8
    assert entries[-1]["forward_perplexity"] < 2.6
    assert entries[-1]["backward_perplexity"] < 2.6


def test_the_written_model_is_the_trained_one_and_has_the_perplexity_that_training_told(
    corpus, tmp_path
):
    trainer = make_trainer(corpus, 60)
    trainer.run()
    write_model_folder(tmp_path, trainer.model, trainer.W, trainer.b, trainer.vocabulary.words)
    elmo = Elmo(tmp_path / "options.json", tmp_path / "weights.hdf5")
    softmax = read_softmax(
        tmp_path / "softmax.hdf5", tmp_path / "vocab.txt", OPTIONS.projection_dim
    )
    words = np.array(corpus.words)
    numbers = corpus.sentence_numbers(held_out=True)[:8]
    sentences = [words[corpus.sentence(n)].tolist() for n in numbers]
    batch = make_batch(trainer.batches.codes(numbers))
    with torch.no_grad():
        directions = read_directions(trainer.model, trainer.token_vectors(batch), 0.0)
    forward, backward = (torch.from_numpy(places) for places in batch.places())
    embedded = np.concatenate([e.layers for e in elmo.embed(sentences)], axis=1)
    p = OPTIONS.projection_dim
    for layer in range(OPTIONS.n_layers):
        np.testing.assert_allclose(
            embedded[layer + 1, :, :p], directions[0][layer].reshape(-1, p)[forward], atol=1e-5
        )
        np.testing.assert_allclose(
            embedded[layer + 1, :, p:], directions[1][layer].reshape(-1, p)[backward], atol=1e-5
        )
    told = measure_perplexity(elmo, softmax, sentences)
    mask = torch.from_numpy(batch.mask)
    for value, layers, codes in (
        (told.forward, directions[0], batch.forward_targets),
        (told.backward, directions[1], batch.backward_targets),
    ):
        targets = torch.from_numpy(trainer.vocabulary.row_of_code[codes[batch.mask]])
        loss = torch.nn.functional.cross_entropy(
            layers[-1][mask] @ trainer.W.T + trainer.b, targets
        )
        assert value == pytest.approx(float(loss.exp()), rel=1e-4)
    assert told.unknown == 0
    assert told.n_tokens == sum(map(len, sentences))


def test_forward_never_sees_the_future_nor_backward_the_past(corpus):
    trainer = make_trainer(corpus, 1)
    batch = make_batch([np.array([2, 3, 4, 5, 6])])
    x = [torch.randn(6, 1, OPTIONS.projection_dim, requires_grad=True) for _ in range(2)]
    top = read_directions(trainer.model, tuple(x), 0.0)
    for inputs, layers, codes, targets in zip(
        x,
        top,
        (batch.forward, batch.backward),
        (batch.forward_targets, batch.backward_targets),
        strict=True,
    ):
        gradient = torch.autograd.grad(layers[-1][2].sum(), inputs)[0].abs().sum(dim=(1, 2))
        assert (gradient[:3] > 0).all()
        assert (gradient[3:] == 0).all()
        assert targets[2, 0] == codes[3, 0]  # what is predicted at a step is read only at the next
    assert batch.forward[:, 0].tolist() == [0, 2, 3, 4, 5, 6]
    assert batch.backward[:, 0].tolist() == [1, 6, 5, 4, 3, 2]


@pytest.mark.parametrize("dropout", [0.0, 0.3])
def test_resumed_equals_uninterrupted(corpus, tmp_path, dropout):
    recipe = replace(RECIPE, dropout=dropout, n_sampled=6, lower_case=0.5)
    whole = make_trainer(corpus, 40, recipe=recipe)
    whole.run()
    first = make_trainer(corpus, 40, tmp_path, recipe)
    first.run(should_stop=lambda: first.step == 17)
    assert read_checkpoint(tmp_path)["step"] == 17
    second = make_trainer(corpus, 40, tmp_path, recipe)
    second.resume()
    second.run()
    assert second.step == whole.step == 40
    for (name, one), other in zip(
        whole.model.named_parameters(), second.model.parameters(), strict=True
    ):
        assert torch.equal(one, other), name
    assert torch.equal(whole.W, second.W)
    assert torch.equal(whole.b, second.b)
    steps = [json.loads(line)["step"] for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert steps == sorted(steps)


def test_nan_stops_it_with_the_reason_and_leaves_the_last_good_checkpoint(corpus, tmp_path):
    trainer = make_trainer(corpus, 30, tmp_path)

    def spoil(entry):
        if entry["step"] == 10:
            with torch.no_grad():
                trainer.model.forward_lstms[0].B[0] = torch.nan

    with pytest.raises(
        TrainingError, match=r"step 10: the loss is nan.*checkpoint.pt.*learning rate"
    ):
        trainer.run(checkpoint_seconds=0, report_seconds=0, report=spoil)
    state = read_checkpoint(tmp_path)
    assert state["step"] == 10
    assert all(
        torch.isfinite(value).all()
        for name, value in state["model"].items()
        if name != "forward_lstms.0.B"
    )


def test_a_damaged_or_foreign_checkpoint_is_refused(corpus, tmp_path):
    trainer = make_trainer(corpus, 2, tmp_path)
    with pytest.raises(TrainingError, match="no checkpoint to resume from"):
        trainer.resume()
    trainer.run()
    other = make_trainer(corpus, 2, tmp_path, replace(RECIPE, vocabulary=8))
    with pytest.raises(TrainingError, match="another vocabulary"):
        other.resume()
    (tmp_path / NAME).write_bytes((tmp_path / NAME).read_bytes()[:500])
    with pytest.raises(TrainingError, match="cannot be read"):
        trainer.resume()


def test_an_epoch_reads_every_sentence_once_from_any_place(corpus):
    numbers = corpus.sentence_numbers()
    batches = Batches(corpus, numbers, 120, 60, seed=3)
    stream = batches.after(0, 0, 0)
    read, places = [], []
    while len(read) < len(numbers):
        place, batch = next(stream)
        assert len(batch) * (corpus.lengths[batch].max() + 1) <= 120
        read += batch.tolist()
        places.append((place, batch))
    assert sorted(read) == numbers.tolist()
    assert batches.epochs_at(*places[-1][0]) == pytest.approx(1)
    for (place, _), (_, expected) in zip(places[:-1], places[1:], strict=True):
        assert np.array_equal(
            next(Batches(corpus, numbers, 120, 60, seed=3).after(*place))[1], expected
        )
    assert next(stream)[0][0] == 1


def test_row_adam_is_adam_where_every_row_is_touched():
    torch.manual_seed(0)
    table = torch.randn(5, 3)
    parameter = torch.nn.Parameter(table.clone())
    adam, rows = torch.optim.Adam([parameter], lr=0.1, betas=(0.9, 0.99)), RowAdam(table)
    for _ in range(7):
        parameter.grad = torch.randn(5, 3)
        adam.step()
        rows.step(torch.arange(5), parameter.grad, 0.1)
    torch.testing.assert_close(table, parameter.data)
    before = table.clone()
    rows.step(torch.tensor([1, 3]), torch.ones(2, 3), 0.1)
    assert (table != before).any(dim=1).tolist() == [False, True, False, True, False]
