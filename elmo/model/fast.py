"""The same numbers as `bilm.BiLm` and `char_cnn.CharCnn`, faster, for inference on a processor.

What makes the difference: every product goes to the library that does it fastest here
(`processor`); the gates i, f, o stand side by side, so that one call takes their sigmoids; tanh is
NumPy's, for torch's takes several times as long; every step works in place; a sentence alone goes
through NumPy altogether, whose calls cost a third of torch's; and in bfloat16, if asked for, weights
take half the memory to read. `bilm` stays the definition: the tests hold this module against it.
"""

from contextlib import nullcontext

import numpy as np
import torch
from torch import Tensor

from elmo.model.bilm import BiLm, BiLmOutput, BiLmState, reverse
from elmo.model.char_cnn import CharCnn
from elmo.model.characters import PADDING_ID
from elmo.model.highway import Highway
from elmo.model.lstm import FORGET_BIAS, Lstm, State
from elmo.model.processor import NumpyProduct, Product, best_product, one_blas_thread

_BLOCK_BYTES = 32 * 1024 * 1024  # of gate values computed ahead: bounded, and stays near the cache


def _product(W: Tensor, b: Tensor | None, reduced: bool, one_row: bool = False) -> Product:
    kind, dtype = best_product(one_row, reduced, (W.shape[0], W.shape[1]))
    return kind(W.to(dtype), None if b is None else b.to(dtype))


class FastCharCnn:
    """Token vectors of words, in groups of like length."""

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

    def __init__(self, lstm: Lstm, reduced: bool) -> None:
        d, p = lstm.B.shape[0] // 4, lstm.W_0.shape[0] // 2
        self.d, self.p, self.reduced = d, p, reduced
        self.cell_clip, self.proj_clip = lstm.cell_clip, lstm.proj_clip
        # Columns from the file's order i, j, f, o to i, f, o, j.
        i, j, f, o = torch.arange(4 * d).split(d)
        order = torch.cat([i, f, o, j])
        bias = lstm.B.data.clone()
        bias[2 * d : 3 * d] += FORGET_BIAS
        W, self.bias = lstm.W_0.data[:, order], bias[order]
        self.W_input, self.W_hidden = W[:p].contiguous(), W[p:].contiguous()
        self.W_projection = None if lstm.W_P_0 is None else lstm.W_P_0.data
        self._products: dict[bool, tuple[Product, Product, Product | None]] = {}

    def products(self, one_row: bool) -> tuple[Product, Product, Product | None]:
        """From the input, from the hidden state, and the projection; packed on first use."""
        if one_row not in self._products:
            projection = self.W_projection
            self._products[one_row] = (
                # The input's product has a row for each token, also of a sentence alone.
                self._products[not one_row][0]
                if self._products
                else _product(self.W_input, self.bias, self.reduced),
                _product(self.W_hidden, None, self.reduced, one_row),
                None if projection is None else _product(projection, None, self.reduced, one_row),
            )
        return self._products[one_row]

    def __call__(self, x: Tensor, n_reading: list[int], state: State) -> tuple[Tensor, State]:
        """(tokens, batch, dim) in and out; `n_reading` rows are read at each step."""
        n_steps, n_rows, _ = x.shape
        hidden, cell = state[0].clone(), state[1].clone()
        outputs = x.new_zeros(n_steps, n_rows, self.p)
        from_input, from_hidden, _ = self.products(n_rows == 1)
        by_numpy = n_rows == 1 and isinstance(from_hidden, NumpyProduct)
        block = max(1, _BLOCK_BYTES // (16 * self.d * n_rows))
        for start in range(0, n_steps, block):
            part = x[start : start + block]
            gates = from_input(part.reshape(-1, self.p)).view(len(part), n_rows, 4 * self.d)
            read = self._read_one if by_numpy else self._read_many
            steps = n_reading[start : start + block]
            with one_blas_thread() if by_numpy else nullcontext():
                read(gates, steps, hidden, cell, outputs[start : start + block])
        return outputs, (hidden, cell)

    def _read_many(
        self, gates: Tensor, steps: list[int], hidden: Tensor, cell: Tensor, outputs: Tensor
    ) -> None:
        d = self.d
        _, from_hidden, projection = self.products(len(cell) == 1)
        gates = gates.to(from_hidden.dtype)
        for step, n in enumerate(steps):
            if n == 0:
                break
            c = cell[:n]
            summed = from_hidden.plus(hidden[:n], gates[step, :n])
            g = summed.float()
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

    def _read_one(
        self, gates: Tensor, steps: list[int], hidden: Tensor, cell: Tensor, outputs: Tensor
    ) -> None:
        """One row by NumPy, with σ(x) = (1 + tanh(x / 2)) / 2, since tanh is what NumPy does well."""
        d = self.d
        W_hidden = self.W_hidden.numpy()
        W_projection = None if self.W_projection is None else self.W_projection.numpy()
        all_gates, out = gates.float().numpy()[:, 0], outputs.numpy()[:, 0]
        h, c = hidden.numpy()[0], cell.numpy()[0]
        t, new = np.empty(4 * d, np.float32), np.empty(d, np.float32)
        i, f, o, j = (t[part * d : (part + 1) * d] for part in range(4))
        sigmoids, half = t[: 3 * d], np.float32(0.5)
        for step in range(sum(n > 0 for n in steps)):
            np.dot(h, W_hidden, out=t)
            t += all_gates[step]
            sigmoids *= half
            np.tanh(t, out=t)
            sigmoids += 1
            sigmoids *= half
            c *= f
            i *= j
            c += i
            if self.cell_clip is not None:
                _clip(c, self.cell_clip)
            np.tanh(c, out=new)
            new *= o
            if W_projection is None:
                h[:] = new
            else:
                np.dot(new, W_projection, out=h)
            if self.proj_clip is not None:
                _clip(h, self.proj_clip)
            out[step] = h


def _tanh_(x: Tensor) -> Tensor:
    np.tanh(x.numpy(), out=x.numpy())
    return x


def _clip(x: np.ndarray, limit: float) -> None:
    """As np.clip in place, in a third of its time on short arrays."""
    np.minimum(x, limit, out=x)
    np.maximum(x, -limit, out=x)


class FastBiLm:
    """A `BiLm` made ready for inference; called like one."""

    def __init__(self, model: BiLm, reduced_precision: bool = False) -> None:
        """
        Args:
            reduced_precision: products in bfloat16 where that is faster, which is not exact (cells
                stay float32).
        """
        self.options = model.options
        self.token_encoder = FastCharCnn(model.token_encoder, reduced_precision)
        self.directions: list[list[FastLstm]] = [[], []]
        both = (model.forward_lstms, model.backward_lstms)
        for direction, lstms in zip(self.directions, both, strict=True):
            for lstm in lstms:
                assert isinstance(lstm, Lstm)
                direction.append(FastLstm(lstm, reduced_precision))

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
