"""The same numbers as `bilm.BiLm` and `char_cnn.CharCnn`, faster, for inference on a processor.

What makes the difference: every product goes to the library that does it fastest here
(`processor`); the gates i, f, o stand side by side, so that one call takes their sigmoids; every
step works in place; a sentence alone goes through NumPy, whose calls cost a third of torch's; and
in bfloat16, if asked for, weights take half the memory to read. `bilm` stays the definition: the
tests hold this module against it.
"""

import numpy as np
import torch
from torch import Tensor

from elmo.model.bilm import BiLm, BiLmOutput, BiLmState, reverse
from elmo.model.char_cnn import CharCnn
from elmo.model.characters import PADDING_ID
from elmo.model.lstm import FORGET_BIAS, Lstm, State
from elmo.model.processor import (
    NumpyProduct,
    PackedProduct,
    Product,
    TorchProduct,
    best_product,
    can_pack,
)

_BLOCK_BYTES = 32 * 1024 * 1024  # of gate values computed ahead: bounded, and stays near the cache


def _many_rows(W: Tensor, b: Tensor | None, dtype: torch.dtype) -> Product:
    if dtype == torch.float32:
        return best_product(one_row=False)(W, b)
    kind = PackedProduct if can_pack() else TorchProduct
    return kind(W.to(dtype), None if b is None else b.to(dtype))


class FastCharCnn:
    """Token vectors of words, in groups of like length."""

    def __init__(self, encoder: CharCnn, dtype: torch.dtype) -> None:
        self.encoder, options = encoder, encoder.options
        self.widths = [width for width, _ in options.filters]
        self.convolutions = [
            _many_rows(weight[0].reshape(-1, weight.shape[-1]).contiguous(), None, dtype)
            for weight in encoder.W_cnn
        ]
        self.highways = [
            _many_rows(
                torch.cat([layer.W_carry, layer.W_transform], dim=1).contiguous(),
                torch.cat([layer.b_carry, layer.b_transform]),
                dtype,
            )
            for layer in encoder.highways
        ]
        self.projection = (
            None
            if encoder.W_proj is None or encoder.b_proj is None
            else _many_rows(encoder.W_proj.data, encoder.b_proj.data, dtype)
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
            x = torch.lerp(x, both[:, n_filters:].relu_(), gate)
        if self.projection is not None:
            x = self.projection(x).float()
        result = torch.empty_like(x)
        result[order] = x
        return result

    def _convolve(self, char_ids: Tensor, longest: int) -> Tensor:
        """As `CharCnn.convolve`; each width sees its own windows only."""
        encoder = self.encoder
        activation = torch.relu_ if encoder.options.activation == "relu" else torch.tanh_
        n_chars = min(char_ids.shape[1], longest + max(self.widths))
        characters = encoder.char_embed[char_ids[:, :n_chars] - 1].flatten(1)
        rows, char_dim = len(char_ids), encoder.options.char_dim
        found = []
        for width, product, bias in zip(self.widths, self.convolutions, encoder.b_cnn, strict=True):
            # Beyond the longest word one window of padding alone stands for all of them.
            n_windows = min(n_chars - width + 1, longest + 1)
            windows = characters.as_strided(
                (rows, n_windows, width * char_dim), (n_chars * char_dim, char_dim, 1)
            )
            values = product(windows.reshape(rows * n_windows, -1))
            best = values.view(rows, n_windows, -1).amax(dim=1).float()
            found.append(activation(best.add_(bias)))
        return torch.cat(found, dim=1)


class FastLstm:
    """One layer in one direction, over time-major rows sorted by falling length."""

    def __init__(self, lstm: Lstm, dtype: torch.dtype) -> None:
        d, p = lstm.B.shape[0] // 4, lstm.W_0.shape[0] // 2
        self.d, self.p, self.dtype = d, p, dtype
        self.cell_clip, self.proj_clip = lstm.cell_clip, lstm.proj_clip
        # Columns from the file's order i, j, f, o to i, f, o, j.
        i, j, f, o = torch.arange(4 * d).split(d)
        order = torch.cat([i, f, o, j])
        bias = lstm.B.data.clone()
        bias[2 * d : 3 * d] += FORGET_BIAS
        W = lstm.W_0.data[:, order]
        self.bias = bias[order].contiguous()
        self.W_input, self.W_hidden = W[:p].contiguous(), W[p:].contiguous()
        self.W_projection = None if lstm.W_P_0 is None else lstm.W_P_0.data
        self._products: dict[bool, tuple[Product, Product, Product | None]] = {}

    def products(self, one_row: bool) -> tuple[Product, Product, Product | None]:
        """From the input, from the hidden state, and the projection; packed on first use."""
        if one_row not in self._products:

            def make(W: Tensor, b: Tensor | None = None) -> Product:
                if one_row and self.dtype == torch.float32:
                    return best_product(one_row=True)(W, b)
                return _many_rows(W, b, self.dtype)

            projection = None if self.W_projection is None else make(self.W_projection)
            from_input = _many_rows(self.W_input, self.bias, self.dtype)
            self._products[one_row] = (from_input, make(self.W_hidden), projection)
        return self._products[one_row]

    def __call__(self, x: Tensor, n_reading: list[int], state: State) -> tuple[Tensor, State]:
        """(tokens, batch, dim) in and out; `n_reading` rows are read at each step."""
        n_steps, n_rows, _ = x.shape
        hidden, cell = state[0].clone(), state[1].clone()
        outputs = x.new_zeros(n_steps, n_rows, self.p)
        from_input = self.products(n_rows == 1)[0]
        block = max(1, _BLOCK_BYTES // (16 * self.d * n_rows))
        for start in range(0, n_steps, block):
            part = x[start : start + block]
            gates = from_input(part.reshape(-1, self.p)).float().view(len(part), n_rows, 4 * self.d)
            steps = n_reading[start : start + block]
            read = self._read_one if self._by_numpy(n_rows) else self._read_many
            read(gates, steps, hidden, cell, outputs[start : start + block])
        return outputs, (hidden, cell)

    def _by_numpy(self, n_rows: int) -> bool:
        return n_rows == 1 and isinstance(self.products(True)[1], NumpyProduct)

    def _read_many(
        self, gates: Tensor, steps: list[int], hidden: Tensor, cell: Tensor, outputs: Tensor
    ) -> None:
        d = self.d
        _, from_hidden, projection = self.products(len(cell) == 1)
        for step, n in enumerate(steps):
            if n == 0:
                break
            g, c = gates[step, :n], cell[:n]
            g += from_hidden(hidden[:n])
            g[:, : 3 * d].sigmoid_()
            g[:, 3 * d :].tanh_()
            c.mul_(g[:, d : 2 * d]).addcmul_(g[:, :d], g[:, 3 * d :])
            if self.cell_clip is not None:
                c.clamp_(-self.cell_clip, self.cell_clip)
            h = torch.tanh(c).mul_(g[:, 2 * d : 3 * d])
            if projection is not None:
                h = projection(h)
            if self.proj_clip is not None:
                h = h.clamp_(-self.proj_clip, self.proj_clip)
            hidden[:n] = h
            outputs[step, :n] = hidden[:n]

    def _read_one(
        self, gates: Tensor, steps: list[int], hidden: Tensor, cell: Tensor, outputs: Tensor
    ) -> None:
        """One row by NumPy; the sigmoid is (1 + tanh(x / 2)) / 2, since tanh is what NumPy does well."""
        d = self.d
        W_hidden = self.W_hidden.numpy()
        W_projection = None if self.W_projection is None else self.W_projection.numpy()
        all_gates, h, c, out = (
            gates.numpy()[:, 0],
            hidden.numpy()[0],
            cell.numpy()[0],
            outputs.numpy(),
        )
        new, product = np.empty_like(c), np.empty(4 * d, np.float32)
        for step, n in enumerate(steps):
            if n == 0:
                break
            g = all_gates[step]
            np.dot(h, W_hidden, out=product)
            g += product
            sigmoids = g[: 3 * d]
            sigmoids *= 0.5
            np.tanh(g, out=g)
            sigmoids += 1
            sigmoids *= 0.5
            c *= g[d : 2 * d]
            np.multiply(g[:d], g[3 * d :], out=new)
            c += new
            if self.cell_clip is not None:
                np.clip(c, -self.cell_clip, self.cell_clip, out=c)
            np.tanh(c, out=new)
            new *= g[2 * d : 3 * d]
            if W_projection is None:
                h[:] = new
            else:
                np.dot(new, W_projection, out=h)
            if self.proj_clip is not None:
                np.clip(h, -self.proj_clip, self.proj_clip, out=h)
            out[step, 0] = h


class FastBiLm:
    """A `BiLm` made ready for inference; called like one."""

    def __init__(self, model: BiLm, dtype: torch.dtype = torch.float32) -> None:
        """
        Args:
            dtype: of the products: float32, or bfloat16, which is not exact (sums, gates and cells
                stay float32).
        """
        self.options = model.options
        self.token_encoder = FastCharCnn(model.token_encoder, dtype)
        self.directions = [
            [FastLstm(lstm, dtype) for lstm in lstms]
            for lstms in (model.forward_lstms, model.backward_lstms)
        ]

    def __call__(
        self, token_vectors: Tensor, lengths: Tensor, state: BiLmState | None = None
    ) -> BiLmOutput:
        """As `BiLm.forward`."""
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
        states: list[tuple[State, ...]] = []
        for direction, lstms in enumerate(self.directions):
            read = reverse(x, lengths) if direction else x
            read = read.transpose(0, 1).contiguous()
            after = []
            for number, lstm in enumerate(lstms):
                if state is None:
                    begin = (x.new_zeros(n_rows, p), x.new_zeros(n_rows, options.dim))
                else:
                    begin = tuple(part[order] for part in state[direction][number])
                output, (hidden, cell) = lstm(read, n_reading, begin)
                after.append((hidden[back], cell[back]))
                read = output.add_(read) if number and options.use_skip_connections else output
                rows = read.transpose(0, 1)
                half = slice(p, None) if direction else slice(0, p)
                layers[number + 1, :, :, half] = reverse(rows, lengths) if direction else rows
            states.append(tuple(after))
        return BiLmOutput((states[0], states[1]), layers[:, back])
