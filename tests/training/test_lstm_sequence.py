"""The LSTM with its gradient written out is the model's LSTM, and each direction sees its own side only."""

import pytest
import torch

from elmo.model.lstm import Lstm
from elmo.model.options import Options
from elmo.training.fast.kernels import CompiledKernels, TorchKernels, kernels
from elmo.training.fast.lstm_sequence import read_sequences

CPU = torch.device("cpu")


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


def test_compiled_kernels_agree_with_pytorch():
    compiled, reference = kernels(torch.bfloat16, CPU), TorchKernels()
    if not isinstance(compiled, CompiledKernels):
        pytest.skip("no C compiler here, so that there are no compiled kernels to compare")
    torch.manual_seed(0)
    rows, d, sampled = 9, 32, 50

    def bf16(*shape):
        return torch.randn(*shape).bfloat16()

    x, state, bias, before = (
        bf16(rows, 4 * d),
        bf16(rows, 4 * d),
        torch.randn(4 * d),
        2 * torch.randn(rows, d),
    )
    results = []
    for kernel in (compiled, reference):
        gates, cell, out = (
            torch.empty(rows, 4 * d).bfloat16(),
            torch.empty(rows, d),
            torch.empty(rows, d).bfloat16(),
        )
        kernel.lstm_forward(x, state, bias, before, 1.5, gates, cell, out)
        d_cell, d_gates = before.clone(), torch.empty(rows, 4 * d).bfloat16()
        kernel.lstm_backward(state[:, :d].contiguous(), gates, cell, before, 1.5, d_cell, d_gates)
        h, d_h = x.clone(), torch.empty_like(x)
        kernel.clip_forward(0.75, h)
        kernel.clip_backward(0.75, h, state, x, d_h)
        scores, own, loss = bf16(rows, sampled), torch.linspace(-2, 2, rows), torch.empty(rows)
        scores.copy_(torch.arange(rows * sampled).reshape(rows, sampled) % 7 - 3)
        hit = torch.arange(rows) - 1
        kernel.sampled_softmax(scores, torch.linspace(-1, 1, sampled), own, hit, 1.0, loss)
        results.append([gates, cell, out, d_cell, d_gates, h, d_h, scores, own, loss])
    for one, other in zip(*results, strict=True):
        torch.testing.assert_close(one.float(), other.float(), atol=1e-2, rtol=1e-2)


def test_a_step_depends_on_no_later_input():
    lstm = make_lstm()
    x = torch.randn(6, 3, 6, requires_grad=True)
    gradient = torch.autograd.grad(read_sequences(lstm, x)[2].sum(), x)[0]
    assert gradient[:3].abs().sum(dim=(1, 2)).min() > 0
    assert gradient[3:].abs().max() == 0
