"""The LSTM without clips and with its gates in torch's order is torch.nn.LSTM."""

import pytest
import torch

from elmo.model.bilm import reverse
from elmo.model.lstm import Lstm
from tests.conftest import small_options


def torch_twin(lstm: Lstm, p: int, d: int) -> torch.nn.LSTM:
    twin = torch.nn.LSTM(p, d, batch_first=True, proj_size=p if p < d else 0).double()
    i, j, f, o = range(4)
    order = [i, f, j, o]
    W = lstm.W_0.detach().T.reshape(4, d, 2 * p)[order].reshape(4 * d, 2 * p)
    bias = lstm.B.detach().clone()
    bias[2 * d : 3 * d] += 1
    bias = bias.reshape(4, d)[order].reshape(-1)
    with torch.no_grad():
        twin.weight_ih_l0.copy_(W[:, :p])
        twin.weight_hh_l0.copy_(W[:, p:])
        twin.bias_ih_l0.copy_(bias)
        twin.bias_hh_l0.zero_()
        if p < d:
            twin.weight_hr_l0.copy_(lstm.W_P_0.detach().T)
    return twin


@pytest.mark.parametrize("d", [6, 10])
def test_equals_torch_without_clips(d):
    torch.manual_seed(0)
    lstm = Lstm(small_options(dim=d, cell_clip=None, proj_clip=None)).double()
    torch.nn.init.normal_(lstm.B)
    twin = torch_twin(lstm, 6, d)
    x = torch.randn(4, 7, 6, dtype=torch.float64)
    lengths = torch.tensor([7, 5, 5, 1])
    ours, (hidden, cell) = lstm(x, lengths)
    packed = torch.nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True)
    theirs, (h, c) = twin(packed)
    theirs = torch.nn.utils.rnn.pad_packed_sequence(theirs, batch_first=True)[0]
    torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-12)
    torch.testing.assert_close(hidden, h[0], rtol=0, atol=1e-12)
    torch.testing.assert_close(cell, c[0], rtol=0, atol=1e-12)


def test_reverse_is_within_each_row():
    x = torch.tensor([[[1.0], [2], [3]], [[4], [5], [0]]])
    expected = torch.tensor([[[3.0], [2], [1]], [[5], [4], [0]]])
    torch.testing.assert_close(reverse(x, torch.tensor([3, 2])), expected)


def test_the_gradient_is_right():
    torch.manual_seed(0)
    lstm = Lstm(small_options(cell_clip=0.5, proj_clip=0.4)).double()
    x = torch.randn(2, 4, 6, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x: lstm(x, torch.tensor([4, 2]))[0], x)
