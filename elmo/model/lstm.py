"""One LSTM layer in one direction, with a projected and clipped output.

    [i, j, f, o] = [x_t, h_{t-1}] W_0 + B
    c_t = clip(σ(i) tanh(j) + σ(f + 1) c_{t-1}, cell_clip)
    h_t = clip((σ(o) tanh(c_t)) W_P_0, proj_clip)

The clipped h_t is both the layer's output and its recurrent state. Source: Sak et al. 2014,
arXiv:1402.1128 (projection), as bilm-tf builds it. Differs from torch.nn.LSTM: gates in the order
i, j, f, o, a forget bias of 1 that is not in the file, one bias, both clips.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from elmo.model.options import Options

FORGET_BIAS = 1.0
State = tuple[Float[Tensor, "batch dim"], Float[Tensor, "batch cell"]]
"""The hidden state h and the cell c of each row of a batch."""


@dataclass(frozen=True)
class Equations:
    """The choices in which LSTMs differ; the defaults are ELMo's.

    Attributes:
        gate_order: order of the four blocks of W_0's columns.
        forget_bias: number added to f before the sigmoid.
        candidate: function applied to j.
        of_cell: function applied to the cell before the output gate multiplies the cell.
        clips: True if the options' clips apply.
        feeds_back_output: True if the next step reads h_t; False if the next step reads the first
            numbers of σ(o) tanh(c_t).
    """

    gate_order: str = "ijfo"
    forget_bias: float = FORGET_BIAS
    candidate: Callable[[Tensor], Tensor] = torch.tanh
    of_cell: Callable[[Tensor], Tensor] = torch.tanh
    clips: bool = True
    feeds_back_output: bool = True


ELMO = Equations()


@dataclass(frozen=True)
class LstmStep:
    """All values of one layer at one token.

    Attributes:
        i, f, o: the gates, between 0 and 1, after the forget bias.
        candidate: tanh(j), the values offered to the cell.
        unclipped_cell: the cell before its clip. cell: after the clip.
        unclipped_hidden: the projected output before its clip. hidden: after the clip.
        state: the state that the next step reads.
    """

    i: Float[Tensor, "batch cell"]
    f: Float[Tensor, "batch cell"]
    o: Float[Tensor, "batch cell"]
    candidate: Float[Tensor, "batch cell"]
    unclipped_cell: Float[Tensor, "batch cell"]
    cell: Float[Tensor, "batch cell"]
    unclipped_hidden: Float[Tensor, "batch dim"]
    hidden: Float[Tensor, "batch dim"]
    state: State


class Lstm(nn.Module):
    """An LSTM that reads left to right; for the backward direction `bilm` reverses the sentences.

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
        """Initialize with Glorot's uniform distribution, as bilm-tf does."""
        nn.init.xavier_uniform_(self.W_0)
        if self.W_P_0 is not None:
            nn.init.xavier_uniform_(self.W_P_0)

    def zero_state(self, n_rows: int) -> State:
        """The state before the first token: zeros."""
        d, p = self.B.shape[0] // 4, self.W_0.shape[0] // 2
        return self.B.new_zeros(n_rows, p), self.B.new_zeros(n_rows, d)

    def from_input(
        self, x: Float[Tensor, "tokens batch dim"]
    ) -> Float[Tensor, "tokens batch gates"]:
        """x W_0 + B with the upper half of W_0: the contribution of the input to the gates, for all steps."""
        p = x.shape[2]
        gates = torch.addmm(self.B, x.reshape(-1, p), self.W_0[:p])
        return gates.reshape(x.shape[0], x.shape[1], -1)

    def step(
        self,
        from_input: Float[Tensor, "batch gates"],
        state: State,
        equations: Equations = ELMO,
    ) -> LstmStep:
        """Read one token of each row.

        Args:
            from_input: the result of the method `from_input` for this step.
            state: hidden state and cell after the token before.
            equations: ELMo's equations, or wrong ones of `elmo.model.trace`, for comparison.
        """
        hidden, cell = state
        p, d = hidden.shape[1], cell.shape[1]
        gates = torch.addmm(from_input, hidden, self.W_0[p:])
        block = dict(zip(equations.gate_order, gates.split(d, dim=1), strict=True))
        i = torch.sigmoid(block["i"])
        f = torch.sigmoid(block["f"] + equations.forget_bias)
        o = torch.sigmoid(block["o"])
        candidate = equations.candidate(block["j"])
        c = unclipped_cell = i * candidate + f * cell
        if self.cell_clip is not None and equations.clips:
            c = c.clamp(-self.cell_clip, self.cell_clip)
        output = o * equations.of_cell(c)
        h = unclipped_hidden = output if self.W_P_0 is None else output @ self.W_P_0
        if self.proj_clip is not None and equations.clips:
            h = h.clamp(-self.proj_clip, self.proj_clip)
        recurrent = h if equations.feeds_back_output else output[:, :p]
        return LstmStep(
            i, f, o, candidate, unclipped_cell, c, unclipped_hidden, h, state=(recurrent, c)
        )

    def forward(
        self,
        x: Float[Tensor, "batch tokens dim"],
        lengths: Int[Tensor, " batch"],
        state: State | None = None,
    ) -> tuple[Float[Tensor, "batch tokens dim"], State]:
        """Read each row up to its own length.

        Args:
            x: inputs; values beyond a row's length have no effect.
            lengths: number of real tokens in each row, in falling order, so that at each step the
                unfinished rows are the first ones.
            state: hidden state and cell before the first token; None is zeros.

        Returns:
            The outputs, 0 beyond each row's length, and each row's state after its last token.
        """
        n_rows, n_tokens, p = x.shape
        from_input = self.from_input(x.transpose(0, 1))
        hidden, cell = self.zero_state(n_rows) if state is None else state
        steps = torch.arange(n_tokens, device=x.device)
        n_reading = (lengths[None, :] > steps[:, None]).sum(1)
        outputs = []
        for step, n in enumerate(n_reading.tolist()):
            if n == 0:
                outputs.append(x.new_zeros(n_rows, p))
                continue
            now = self.step(from_input[step, :n], (hidden[:n], cell[:n]))
            outputs.append(nn.functional.pad(now.hidden, (0, 0, 0, n_rows - n)))
            hidden, cell = (
                torch.cat([after, before[n:]])
                for after, before in zip(now.state, (hidden, cell), strict=True)
            )
        return torch.stack(outputs, dim=1), (hidden, cell)
