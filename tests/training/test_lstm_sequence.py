"""The LSTM with its gradient written out is the model's LSTM, and each direction sees its own side only."""

import pytest
import torch

from elmo.model.lstm import Lstm
from elmo.model.options import Options
from elmo.training.fast.lstm_sequence import read_sequences


def make_lstm(cell_clip=0.3, proj_clip=0.2, projection_dim=6, dim=10) -> Lstm:
    torch.manual_seed(0)
    options = Options(
        projection_dim=projection_dim,
        dim=dim,
        n_layers=1,
        filters=((1, 4),),
        cell_clip=cell_clip,
        proj_clip=proj_clip,
    )
    lstm = Lstm(options)
    with torch.no_grad():
        lstm.W_0 *= 3
        lstm.B += 0.3 * torch.randn_like(lstm.B)
    return lstm


@pytest.mark.parametrize(
    "lstm",
    [make_lstm(), make_lstm(None, None), make_lstm(projection_dim=8, dim=8)],
    ids=["clips", "no clips", "no projection"],
)
def test_outputs_and_gradients_are_those_of_the_model(lstm):
    n_tokens, n_rows, p = 7, 5, lstm.W_0.shape[0] // 2
    x = torch.randn(n_tokens, n_rows, p, requires_grad=True)
    upstream = torch.randn(n_tokens, n_rows, p)
    expected = lstm(x.transpose(0, 1), torch.full((n_rows,), n_tokens))[0].transpose(0, 1)
    wanted = torch.autograd.grad((expected * upstream).sum(), [x, *lstm.parameters()])
    found = read_sequences(lstm, x)
    gradients = torch.autograd.grad((found * upstream).sum(), [x, *lstm.parameters()])
    torch.testing.assert_close(found, expected, atol=1e-6, rtol=1e-5)
    for one, other in zip(gradients, wanted, strict=True):
        torch.testing.assert_close(one, other, atol=1e-5, rtol=1e-4)


def test_in_bfloat16_outputs_and_gradients_are_near_those_of_float32():
    lstm = make_lstm(projection_dim=16, dim=32)
    x = torch.randn(7, 5, 16, requires_grad=True)
    upstream = torch.randn(7, 5, 16)
    exact = read_sequences(lstm, x)
    rounded = read_sequences(lstm, x.bfloat16())
    assert rounded.dtype == torch.bfloat16
    torch.testing.assert_close(rounded.float(), exact, atol=0.02, rtol=0.02)
    gradients = [
        torch.autograd.grad((y.float() * upstream).sum(), [x, *lstm.parameters()])
        for y in (rounded, exact)
    ]
    for one, other in zip(*gradients, strict=True):
        assert torch.cosine_similarity(one.flatten(), other.flatten(), dim=0) > 0.99
        assert float(one.norm() / other.norm()) == pytest.approx(1, abs=0.03)


def test_a_step_depends_on_no_later_input():
    lstm = make_lstm()
    x = torch.randn(6, 3, 6, requires_grad=True)
    gradient = torch.autograd.grad(read_sequences(lstm, x)[2].sum(), x)[0]
    assert gradient[:3].abs().sum(dim=(1, 2)).min() > 0
    assert gradient[3:].abs().max() == 0
