"""One LSTM layer in one direction over whole sequences, with an explicit gradient, for training.

The recurrence is that of `elmo.model.lstm`. Sequences begin from the zero state, and time is the first axis, so that
each step is one slice. The input's contribution to the gates of all steps is one matrix product. The backward loop keeps
only the values that the next step needs; after the loop, the gradient of each weight is one product.

    dW_x = X' dZ    dW_h = H' dZ (H shifted by one step)    dW_P = M' dH    dB = sum dZ

Matrix products are in the precision of the input, the element-by-element part of a step in float32. Rows are padded at
their end. Padding is read, too, but the loss ignores the outputs at padding, so that they have no gradient.
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor
from torch.autograd.function import once_differentiable

from elmo.model.lstm import FORGET_BIAS, Lstm


def read_sequences(
    lstm: Lstm, x: Float[Tensor, "tokens batch dim"]
) -> Float[Tensor, "tokens batch dim"]:
    """The outputs of a layer for inputs in reading order, in the precision of `x`."""
    p = x.shape[2]
    limits = lstm.cell_clip or math.inf, lstm.proj_clip or math.inf
    projection = lstm.W_P_0 if lstm.W_P_0 is not None else torch.eye(p, device=x.device)
    W = lstm.W_0.to(x.dtype)
    return _LstmSequence.apply(x, W[:p], W[p:], lstm.B.float(), projection.to(x.dtype), *limits)


class _LstmSequence(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, W_x, W_h, B, W_P, cell_clip, proj_clip):
        n_tokens, n_rows, p = x.shape
        d = W_P.shape[0]
        bias = B.clone()
        bias[2 * d : 3 * d] += FORGET_BIAS
        from_input = (x.reshape(-1, p) @ W_x).view(n_tokens, n_rows, 4 * d)
        gates = torch.empty_like(from_input)
        cells = bias.new_zeros(n_tokens + 1, n_rows, d)
        inner = x.new_empty(n_tokens, n_rows, d)
        h = x.new_zeros(n_tokens + 1, n_rows, W_P.shape[1])
        from_state = x.new_empty(n_rows, 4 * d)
        for t in range(n_tokens):
            torch.mm(h[t], W_h, out=from_state)
            z = (from_input[t] + bias).add_(from_state)  # float32, as the bias is
            i, j, f, o = z.split(d, dim=1)
            i.sigmoid_()
            j.tanh_()
            z[:, 2 * d :].sigmoid_()  # f and o
            gates[t] = z
            cell = torch.mul(f, cells[t], out=cells[t + 1]).addcmul_(i, j)
            cell.clamp_(-cell_clip, cell_clip)
            inner[t] = torch.tanh(cell).mul_(o)
            torch.mm(inner[t], W_P, out=h[t + 1])
            h[t + 1].clamp_(-proj_clip, proj_clip)
        ctx.save_for_backward(x, W_x, W_h, W_P, gates, cells, inner, h)
        ctx.clips = cell_clip, proj_clip
        return h[1:]

    @staticmethod
    @once_differentiable
    def backward(ctx, d_out):  # pyright: ignore[reportIncompatibleMethodOverride]  # torch's own documentation names the gradients; its stub takes only *args
        x, W_x, W_h, W_P, gates, cells, inner, h = ctx.saved_tensors
        cell_clip, proj_clip = ctx.clips
        n_tokens, n_rows, p = x.shape
        d = W_P.shape[0]
        d_out = d_out.contiguous()
        W_h_back, W_P_back = W_h.t().contiguous(), W_P.t().contiguous()
        d_gates = torch.empty_like(gates)
        d_h = torch.empty_like(d_out)
        d_cell = cells.new_zeros(n_rows, d)
        d_inner = x.new_empty(n_rows, d)
        from_after = torch.zeros_like(d_out[0])
        for t in reversed(range(n_tokens)):
            torch.mul(d_out[t] + from_after, h[t + 1].abs() < proj_clip, out=d_h[t])
            torch.mm(d_h[t], W_P_back, out=d_inner)
            i, j, f, o = gates[t].float().split(d, dim=1)
            shown, g = torch.tanh(cells[t + 1]), d_inner.float()
            d_cell.addcmul_(g * o, 1 - shown * shown).mul_(cells[t + 1].abs() < cell_clip)
            d_i, d_j, d_f, d_o = d_gates[t].split(d, dim=1)
            d_i.copy_(d_cell * j * i * (1 - i))
            d_j.copy_(d_cell * i * (1 - j * j))
            d_f.copy_(d_cell * cells[t] * f * (1 - f))
            d_o.copy_(g * shown * o * (1 - o))
            d_cell.mul_(f)
            if t:
                torch.mm(d_gates[t], W_h_back, out=from_after)
        flat = d_gates.view(-1, 4 * d)
        d_x = (flat @ W_x.t()).view_as(x) if ctx.needs_input_grad[0] else None
        d_W_x = x.reshape(-1, p).t() @ flat
        d_W_h = h[:-1].reshape(-1, h.shape[2]).t() @ flat
        d_W_P = inner.view(-1, d).t() @ d_h.view(-1, h.shape[2])
        return d_x, d_W_x, d_W_h, flat.sum(0, dtype=torch.float32), d_W_P, None, None
