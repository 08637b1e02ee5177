"""One LSTM layer in one direction, with a projected and clipped output.

    [i, j, f, o] = [x_t, h_{t-1}] W_0 + B
    c_t = clip(σ(i) tanh(j) + σ(f + 1) c_{t-1}, cell_clip)
    h_t = clip((σ(o) tanh(c_t)) W_P_0, proj_clip)

The clipped h_t is both the layer's output and its recurrent state. Source: Sak et al. 2014,
arXiv:1402.1128 (projection), as bilm-tf builds it. Differs from torch.nn.LSTM: gates in the order
i, j, f, o, a forget bias of 1 that is not in the file, one bias, both clips.
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from elmo.model.options import Options

FORGET_BIAS = 1.0
State = tuple[Float[Tensor, "batch dim"], Float[Tensor, "batch cell"]]
"""The hidden state h and the cell c of each row of a batch."""


class Lstm(nn.Module):
    """An LSTM that reads left to right; `bilm` hands it reversed sentences for right to left.

    The parameters have the names and the shapes of weights.hdf5.
    """

    def __init__(self, options: Options) -> None:
        super().__init__()
        p, d = options.projection_dim, options.dim
        self.cell_clip, self.proj_clip = options.cell_clip, options.proj_clip
        self.W_0 = nn.Parameter(torch.empty(2 * p, 4 * d))
        self.B = nn.Parameter(torch.zeros(4 * d))
        self.W_P_0 = nn.Parameter(torch.empty(d, p)) if p != d else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Glorot's uniform start, as bilm-tf does."""
        nn.init.xavier_uniform_(self.W_0)
        if self.W_P_0 is not None:
            nn.init.xavier_uniform_(self.W_P_0)

    def zero_state(self, n_rows: int) -> State:
        """The state before a text begins."""
        d, p = self.B.shape[0] // 4, self.W_0.shape[0] // 2
        return self.B.new_zeros(n_rows, p), self.B.new_zeros(n_rows, d)

    def forward(
        self,
        x: Float[Tensor, "batch tokens dim"],
        lengths: Int[Tensor, " batch"],
        state: State | None = None,
    ) -> tuple[Float[Tensor, "batch tokens dim"], State]:
        """Read each row up to its own length.

        Args:
            x: inputs; what stands beyond a row's length changes nothing.
            lengths: real tokens in each row, falling (longest row first), so that at each step
                the rows still being read are the first ones.
            state: hidden state and cell to begin with; None is zeros.

        Returns:
            The outputs, 0 beyond each row's length, and each row's state after its last token.
        """
        p, d = x.shape[2], self.B.shape[0] // 4
        bias = self.B.clone()
        bias[2 * d : 3 * d] += FORGET_BIAS
        # The input's share of all gates at all steps is one matrix product.
        from_input = torch.addmm(bias, x.transpose(0, 1).reshape(-1, p), self.W_0[:p])
        from_input = from_input.reshape(x.shape[1], x.shape[0], 4 * d)  # (tokens, batch, 4 cell)
        W_hidden = self.W_0[p:]
        hidden, cell = self.zero_state(len(x)) if state is None else state
        n_reading = (lengths.unsqueeze(0) > torch.arange(x.shape[1], device=x.device)[:, None]).sum(
            1
        )
        outputs = []
        for step, n in enumerate(n_reading.tolist()):
            if n == 0:
                outputs.append(x.new_zeros(len(x), p))
                continue
            gates = torch.addmm(from_input[step, :n], hidden[:n], W_hidden)
            i, j, f, o = gates.split(d, dim=1)
            c = torch.sigmoid(i) * torch.tanh(j) + torch.sigmoid(f) * cell[:n]
            if self.cell_clip is not None:
                c = c.clamp(-self.cell_clip, self.cell_clip)
            h = torch.sigmoid(o) * torch.tanh(c)
            if self.W_P_0 is not None:
                h = h @ self.W_P_0
            if self.proj_clip is not None:
                h = h.clamp(-self.proj_clip, self.proj_clip)
            outputs.append(nn.functional.pad(h, (0, 0, 0, len(x) - n)))
            hidden = torch.cat([h, hidden[n:]]) if n < len(x) else h
            cell = torch.cat([c, cell[n:]]) if n < len(x) else c
        return torch.stack(outputs, dim=1), (hidden, cell)
