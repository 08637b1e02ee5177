"""`bilm.BiLm` and `char_cnn.CharCnn` for inference on a processor: the same numbers, faster.

The module is faster because: each matrix product uses the library that is fastest on this processor
(`processor`); the columns of the gates i, f, o are adjacent, so that one call computes their
sigmoids; tanh is NumPy's, as torch's takes several times as long; every step works in place; for a
single sentence both directions advance together, in NumPy, whose calls take a third of torch's
time; and reduced precision, which is optional, halves the memory traffic of the weights. `bilm` is
the definition, and tests compare this module with `bilm`.
"""

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from elmo.model.bilm import BiLm, BiLmOutput, BiLmState, reverse
from elmo.model.char_cnn import CharCnn
from elmo.model.characters import PADDING_ID
from elmo.model.highway import Highway
from elmo.model.lstm import FORGET_BIAS, Lstm, State
from elmo.model.processor import Product, Rows, best_product, best_rows

_BLOCK_BYTES = (
    32 * 1024 * 1024
)  # of gate values computed ahead: bounds the memory and fits the cache


def _product(W: Tensor, b: Tensor | None, reduced: bool) -> Product:
    kind, dtype = best_product(reduced)
    return kind(W.to(dtype), None if b is None else b.to(dtype))


class FastCharCnn:
    """The token layer: token vectors of words, computed in groups of similar length."""

    def __init__(self, encoder: CharCnn, reduced: bool) -> None:
        self.encoder, options = encoder, encoder.options
        self.widths = [width for width, _ in options.filters]
        self.convolutions = [
            _product(weight[0].reshape(-1, weight.shape[-1]).contiguous(), None, reduced)
            for weight in encoder.W_cnn
        ]
        self.highways: list[Product] = []
        for layer in encoder.highways:
            assert isinstance(layer, Highway)
            W = torch.cat([layer.W_carry, layer.W_transform], dim=1).contiguous()
            b = torch.cat([layer.b_carry, layer.b_transform])
            self.highways.append(_product(W, b, reduced))
        self.projection = (
            None
            if encoder.W_proj is None or encoder.b_proj is None
            else _product(encoder.W_proj.data, encoder.b_proj.data, reduced)
        )

    def __call__(self, char_ids: Tensor) -> Tensor:
        lengths = (char_ids != PADDING_ID).sum(dim=1)
        order = torch.argsort(lengths, stable=True)
        groups = torch.split(order, 128)
        x = torch.cat(
            [self._convolve(char_ids[group], int(lengths[group[-1]])) for group in groups]
        )
        n_filters = x.shape[1]
        for highway in self.highways:
            both = highway(x).float()
            gate = both[:, :n_filters].sigmoid_()
            x = both[:, n_filters:].relu_().sub_(x).mul_(gate).add_(x)
        if self.projection is not None:
            x = self.projection(x).float()
        result = torch.empty_like(x)
        result[order] = x
        return result

    def _convolve(self, char_ids: Tensor, longest: int) -> Tensor:
        """The filters' largest values of `CharCnn`, after bias and activation."""
        encoder = self.encoder
        activation = torch.relu_ if encoder.options.activation == "relu" else torch.tanh_
        n_chars = min(char_ids.shape[1], longest + max(self.widths))
        characters = encoder.char_embed[char_ids[:, :n_chars] - 1].flatten(1)
        rows, char_dim = len(char_ids), encoder.options.char_dim
        filters = []
        for width, product, bias in zip(self.widths, self.convolutions, encoder.b_cnn, strict=True):
            # All windows behind the longest word are padding alone and equal, so one of them is computed.
            n_windows = min(n_chars - width + 1, longest + 1)
            windows = characters.as_strided(
                (rows, n_windows, width * char_dim), (n_chars * char_dim, char_dim, 1)
            )
            values = product(windows.reshape(rows * n_windows, -1))
            best = values.view(rows, n_windows, -1).amax(dim=1).float()
            filters.append(activation(best.add_(bias)))
        return torch.cat(filters, dim=1)


class FastLayer:
    """One LSTM layer in both directions; the matrices are (2 directions, rows, columns)."""

    def __init__(self, lstms: tuple[Lstm, Lstm], reduced: bool) -> None:
        self.d, self.p = lstms[0].B.shape[0] // 4, lstms[0].W_0.shape[0] // 2
        self.cell_clip, self.proj_clip = lstms[0].cell_clip, lstms[0].proj_clip
        self.reduced = reduced
        # Columns from the file's order i, j, f, o to i, f, o, j.
        i, j, f, o = torch.arange(4 * self.d).split(self.d)
        order = torch.cat([i, f, o, j])
        bias = torch.stack([lstm.B.data for lstm in lstms])
        bias[:, 2 * self.d : 3 * self.d] += FORGET_BIAS
        self.W_hidden = torch.stack([lstm.W_0.data[self.p :, order] for lstm in lstms])
        self.W_projection = (
            None
            if lstms[0].W_P_0 is None
            else torch.stack([lstm.W_P_0.data for lstm in lstms if lstm.W_P_0 is not None])
        )
        self.from_input = [
            _product(lstm.W_0.data[: self.p, order].contiguous(), b[order], reduced)
            for lstm, b in zip(lstms, bias, strict=True)
        ]
        self._many: list[tuple[Product, Product | None]] | None = None
        self._alone: tuple[Rows, Rows | None] | None = None

    def many(self) -> list[tuple[Product, Product | None]]:
        """For batches: the products with the hidden state and with the projection, of each direction; packed on first use."""
        if self._many is None:
            projections = [None, None] if self.W_projection is None else self.W_projection
            self._many = [
                (
                    _product(W, None, self.reduced),
                    None if P is None else _product(P, None, self.reduced),
                )
                for W, P in zip(self.W_hidden, projections, strict=True)
            ]
        return self._many

    def alone(self) -> tuple[Rows, Rows | None]:
        """For a single row: the products with the hidden state and with the projection, both directions at once."""
        if self._alone is None:
            matrices = [W for W in (self.W_hidden, self.W_projection) if W is not None]
            kind = best_rows(self.reduced, *((2, W.shape[1], W.shape[2]) for W in matrices))
            hidden, *projection = map(kind, matrices)
            self._alone = hidden, projection[0] if projection else None
        return self._alone

    def read(self, x: list[Tensor], n_reading: list[int], state: list[State]) -> list[Tensor]:
        """The outputs (tokens, batch, p) of each direction.

        Args:
            x: inputs (tokens, batch, p) of each direction, rows sorted by falling length.
            n_reading: number of unfinished rows at each step.
            state: state of each direction; changed in place.
        """
        n_rows = x[0].shape[1]
        outputs = torch.zeros(2, *x[0].shape)
        block = max(1, _BLOCK_BYTES // (16 * self.d * n_rows))
        if n_rows == 1:
            h, c = (torch.cat([of[part] for of in state]).numpy() for part in (0, 1))
            n_steps = sum(n > 0 for n in n_reading)
            for start in range(0, n_steps, block):
                part = slice(start, min(start + block, n_steps))
                gates = torch.stack(
                    [gate(rows[part, 0]) for gate, rows in zip(self.from_input, x, strict=True)], 1
                )
                self._read_alone(gates.float().numpy(), h, c, outputs[:, part, 0].numpy())
            for direction, (hidden, cell) in enumerate(state):
                hidden[0], cell[0] = torch.from_numpy(h[direction]), torch.from_numpy(c[direction])
            return list(outputs)
        for direction, rows in enumerate(x):
            for start in range(0, len(rows), block):
                part = slice(start, start + block)
                gates = self.from_input[direction](rows[part].reshape(-1, self.p))
                self._read_many(
                    direction,
                    gates.view(-1, n_rows, 4 * self.d),
                    n_reading[part],
                    state[direction],
                    outputs[direction, part],
                )
        return list(outputs)

    def _read_many(
        self, direction: int, gates: Tensor, steps: list[int], state: State, outputs: Tensor
    ) -> None:
        d, (hidden, cell) = self.d, state
        from_hidden, projection = self.many()[direction]
        gates = gates.to(from_hidden.dtype)
        for step, n in enumerate(steps):
            if n == 0:
                break
            c = cell[:n]
            n_computed = min(from_hidden.rows(n), len(hidden))  # rows beyond n are not used
            summed = from_hidden.plus(hidden[:n_computed], gates[step, :n_computed])
            g = summed[:n].float()
            g[:, : 3 * d].sigmoid_()
            i, f, o, j = g.split(d, dim=1)
            c.mul_(f).addcmul_(i, _tanh_(j))
            if self.cell_clip is not None:
                c.clamp_(-self.cell_clip, self.cell_clip)
            h = _tanh_(c.clone()).mul_(o)
            if projection is not None:
                h = projection(h)
            if self.proj_clip is not None:
                h = h.clamp_(-self.proj_clip, self.proj_clip)
            hidden[:n] = h
            outputs[step, :n] = hidden[:n]

    def _read_alone(
        self,
        gates: Float[np.ndarray, "tokens 2 gates"],
        h: Float[np.ndarray, "2 p"],
        c: Float[np.ndarray, "2 d"],
        outputs: Float[np.ndarray, "2 tokens p"],
    ) -> None:
        """Read a single sentence, one token of each direction at a step; h, c and outputs are changed in place."""
        d = self.d
        from_hidden, projection = self.alone()
        t, new = np.empty((2, 4 * d), np.float32), np.empty((2, d), np.float32)
        i, f, o, j = (t[:, part * d : (part + 1) * d] for part in range(4))
        sigmoids = torch.from_numpy(t[:, : 3 * d])
        with from_hidden.threads():
            for step, added in enumerate(gates):
                from_hidden(h, t)
                t += added
                sigmoids.sigmoid_()
                np.tanh(j, out=j)
                c *= f
                i *= j
                c += i
                if self.cell_clip is not None:
                    _clip(c, self.cell_clip)
                np.tanh(c, out=new)
                new *= o
                if projection is None:
                    h[:] = new
                else:
                    projection(new, h)
                if self.proj_clip is not None:
                    _clip(h, self.proj_clip)
                outputs[:, step] = h


def _tanh_(x: Tensor) -> Tensor:
    np.tanh(x.numpy(), out=x.numpy())
    return x


def _clip(x: np.ndarray, limit: float) -> None:
    """Clip x in place; on short arrays this takes a third of the time of np.clip."""
    np.minimum(x, limit, out=x)
    np.maximum(x, -limit, out=x)


class FastBiLm:
    """A `BiLm` for inference, with the same call."""

    def __init__(self, model: BiLm, reduced_precision: bool = False) -> None:
        """Copy the weights of a model.

        Args:
            reduced_precision: allow weights in bfloat16 or float16 where they are faster; the results
                are then not exact (cells stay float32).
        """
        self.options = model.options
        self.token_encoder = FastCharCnn(model.token_encoder, reduced_precision)
        self.layers: list[FastLayer] = []
        for lstms in zip(model.forward_lstms, model.backward_lstms, strict=True):
            assert isinstance(lstms[0], Lstm) and isinstance(lstms[1], Lstm)
            self.layers.append(FastLayer((lstms[0], lstms[1]), reduced_precision))

    def __call__(
        self, token_vectors: Tensor, lengths: Tensor, state: BiLmState | None = None
    ) -> BiLmOutput:
        """Read a batch of sentences; see `BiLm.forward`."""
        options = self.options
        order = torch.argsort(lengths, descending=True, stable=True)
        back = torch.argsort(order)
        lengths = lengths[order]
        n_rows, n_steps, p = token_vectors.shape
        n_reading = (lengths[None, :] > torch.arange(n_steps)[:, None]).sum(1).tolist()
        mask = torch.arange(n_steps) < lengths[:, None]
        x = token_vectors[order] * mask[:, :, None]
        layers = x.new_zeros(options.n_representations, n_rows, n_steps, 2 * p)
        layers[0, :, :, :p] = x
        layers[0, :, :, p:] = x
        read = [rows.transpose(0, 1).contiguous() for rows in (x, reverse(x, lengths))]
        states: tuple[list[State], list[State]] = ([], [])
        for number, layer in enumerate(self.layers):
            if state is None:
                now = [(x.new_zeros(n_rows, p), x.new_zeros(n_rows, options.dim)) for _ in (0, 1)]
            else:
                now = [
                    (hidden[order], cell[order])
                    for hidden, cell in (direction[number] for direction in state)
                ]
            outputs = layer.read(read, n_reading, now)
            if number and options.use_skip_connections:
                outputs = [
                    output.add_(before) for output, before in zip(outputs, read, strict=True)
                ]
            read = outputs
            layers[number + 1, :, :, :p] = read[0].transpose(0, 1)
            layers[number + 1, :, :, p:] = reverse(read[1].transpose(0, 1), lengths)
            for direction, (hidden, cell) in enumerate(now):
                states[direction].append((hidden[back], cell[back]))
        return BiLmOutput((tuple(states[0]), tuple(states[1])), layers[:, back])
