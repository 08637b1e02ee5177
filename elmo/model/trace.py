"""What happens inside the model while it reads one sentence: every intermediate value, as numpy.

The same equations as in `elmo.model`, written a second time without torch and for one sentence, so
that every value can be looked at. A test holds both to the same numbers.

Source: Peters et al. 2018, arXiv:1802.05365, section 3; Kim et al. 2016, arXiv:1508.06615.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from jaxtyping import Float, Int

from elmo.errors import InputError
from elmo.model.bilm import BiLm
from elmo.model.char_cnn import CharCnn
from elmo.model.characters import (
    BEGIN_SENTENCE,
    BEGIN_WORD_ID,
    END_SENTENCE,
    END_WORD_ID,
    PADDING_ID,
    char_ids,
)
from elmo.model.lstm import FORGET_BIAS, Lstm

Mistake = Literal["none", "forget bias", "candidate", "output", "clips", "projection", "gate order"]
"""A way in which the LSTM's equations are often written wrongly; see `lstm`."""


@dataclass(frozen=True)
class Filters:
    """The filters of one width, on one word.

    Attributes:
        width: letters that they see at once.
        values: the largest value of each over all places of the word, after the activation.
        places: where each had it: the first of its letters, counted in `WordTrace.characters`.
    """

    width: int
    values: Float[np.ndarray, " filters"]
    places: Int[np.ndarray, " filters"]


@dataclass(frozen=True)
class HighwayTrace:
    """One highway layer: output = gate · transformed + (1 - gate) · input."""

    input: Float[np.ndarray, " filters"]
    gate: Float[np.ndarray, " filters"]
    transformed: Float[np.ndarray, " filters"]
    output: Float[np.ndarray, " filters"]


@dataclass(frozen=True)
class WordTrace:
    """A word on its way from letters to its token vector.

    Attributes:
        char_ids: as the model reads them, padding included.
        characters: a label for each of them: a letter, "0xC3" for a byte of a longer letter, or
            "⟨w⟩", "⟨/w⟩", "⟨s⟩", "⟨/s⟩", "·" for the marks of word and sentence and for padding.
        filters: those of each width.
        highways: each highway layer.
        vector: the token vector, one half of layer 0.
    """

    word: str
    char_ids: Int[np.ndarray, " chars"]
    characters: tuple[str, ...]
    filters: tuple[Filters, ...]
    highways: tuple[HighwayTrace, ...]
    vector: Float[np.ndarray, " dim"]

    @property
    def n_characters(self) -> int:
        """Positions before the padding, marks of the word included."""
        return int((self.char_ids != PADDING_ID).sum())

    def letters(self, width: int, place: int) -> str:
        """What a filter of this width saw at this place."""
        return "".join(self.characters[place : place + width])


@dataclass(frozen=True)
class LstmTrace:
    """One LSTM layer in one direction over the whole sentence, <S> and </S> included.

    All arrays are in the order of the sentence, whichever way it was read; `cell_before` is the
    cell of the word read before.

    Attributes:
        input: what the layer reads.
        i, f, o: the gates, between 0 and 1 (the forget gate with its bias of 1).
        candidate: tanh(j), what could be written into the cell.
        cell: after the clip. hidden: after projection and clip: the recurrent state.
        n_cell_clipped, n_proj_clipped: values that the clips cut, a token.
        output: hidden, plus the input where there is a skip connection.
    """

    input: Float[np.ndarray, "tokens dim"]
    i: Float[np.ndarray, "tokens cell"]
    candidate: Float[np.ndarray, "tokens cell"]
    f: Float[np.ndarray, "tokens cell"]
    o: Float[np.ndarray, "tokens cell"]
    cell_before: Float[np.ndarray, "tokens cell"]
    cell: Float[np.ndarray, "tokens cell"]
    hidden: Float[np.ndarray, "tokens dim"]
    n_cell_clipped: Int[np.ndarray, " tokens"]
    n_proj_clipped: Int[np.ndarray, " tokens"]
    output: Float[np.ndarray, "tokens dim"]


@dataclass(frozen=True)
class Inspection:
    """A sentence on its way through the whole model.

    Attributes:
        tokens: <S>, the words, </S>.
        words: each token's way to its token vector.
        forward, backward: each LSTM layer, the lowest first.
        layers: as `Elmo.embed` gives them, without <S> and </S>.
    """

    tokens: tuple[str, ...]
    words: tuple[WordTrace, ...]
    forward: tuple[LstmTrace, ...]
    backward: tuple[LstmTrace, ...]
    layers: Float[np.ndarray, "layers tokens dim"] = field(repr=False)


def inspect_sentence(model: BiLm, words: Sequence[str], mistake: Mistake = "none") -> Inspection:
    """Read a sentence, keeping every intermediate value.

    Args:
        model: the bidirectional language model (`Elmo.model`).
        words: at least one.
        mistake: compute the LSTMs wrongly in this way, to see what difference it makes.

    Raises:
        InputError: there are no words.
    """
    if not words:
        raise InputError("the sentence has no words; give at least one.")
    tokens = (BEGIN_SENTENCE, *words, END_SENTENCE)
    traces = _words(model.token_encoder, tokens)
    x = np.stack([trace.vector for trace in traces])
    forward = _direction(model, model.forward_lstms, x, mistake)
    backward = [_turned(t) for t in _direction(model, model.backward_lstms, x[::-1], mistake)]
    layers = [np.concatenate([x, x], axis=1)]
    layers += [
        np.concatenate([f.output, b.output], axis=1) for f, b in zip(forward, backward, strict=True)
    ]
    return Inspection(tokens, traces, tuple(forward), tuple(backward), np.stack(layers)[:, 1:-1])


def lstm(
    parameters: Lstm, x: Float[np.ndarray, "tokens dim"], mistake: Mistake = "none"
) -> LstmTrace:
    """One LSTM layer, left to right.

    Args:
        mistake: what popular texts write in its place:
            "forget bias": the forget gate without the bias of 1, which no file contains;
            "candidate": σ where the candidate has tanh;
            "output": σ where the output takes tanh of the cell;
            "clips": neither cell nor output clipped;
            "projection": the projection's output is not fed back; the first numbers of the cell's
            output are;
            "gate order": the columns of W_0 read as i, f, j, o (PyTorch's order).
    """
    weights, bias = _array(parameters.W_0), _array(parameters.B)
    projection = None if parameters.W_P_0 is None else _array(parameters.W_P_0)
    p, d = x.shape[1], len(bias) // 4
    cell_clip = parameters.cell_clip if mistake != "clips" else None
    proj_clip = parameters.proj_clip if mistake != "clips" else None
    forget_bias = 0.0 if mistake == "forget bias" else FORGET_BIAS
    hidden, cell = np.zeros(p, x.dtype), np.zeros(d, x.dtype)
    fed_back = hidden
    steps = []
    for row in x:
        i, j, f, o = np.split(np.concatenate([row, fed_back]) @ weights + bias, 4)
        if mistake == "gate order":
            j, f = f, j
        i, f, o = _sigmoid(i), _sigmoid(f + forget_bias), _sigmoid(o)
        candidate = _sigmoid(j) if mistake == "candidate" else np.tanh(j)
        before, whole_cell = cell, i * candidate + f * cell
        cell = whole_cell if cell_clip is None else np.clip(whole_cell, -cell_clip, cell_clip)
        shown = o * (_sigmoid(cell) if mistake == "output" else np.tanh(cell))
        whole = shown if projection is None else shown @ projection
        hidden = whole if proj_clip is None else np.clip(whole, -proj_clip, proj_clip)
        fed_back = shown[:p] if mistake == "projection" else hidden
        steps.append(
            (
                i,
                candidate,
                f,
                o,
                before,
                cell,
                hidden,
                (cell != whole_cell).sum(),
                (hidden != whole).sum(),
            )
        )
    i, candidate, f, o, before, cells, hiddens, n_cell, n_proj = map(
        np.array, zip(*steps, strict=True)
    )
    return LstmTrace(x, i, candidate, f, o, before, cells, hiddens, n_cell, n_proj, hiddens)


def _direction(model: BiLm, lstms, x: np.ndarray, mistake: Mistake) -> list[LstmTrace]:
    """All layers of one direction, in the order of reading."""
    traces = []
    for layer, parameters in enumerate(lstms):
        trace = lstm(parameters, x, mistake)
        if layer and model.options.use_skip_connections:
            trace = LstmTrace(**vars(trace) | {"output": trace.hidden + x})
        traces.append(trace)
        x = trace.output
    return traces


def _turned(trace: LstmTrace) -> LstmTrace:
    """A trace of the backward direction in the order of the sentence."""
    return LstmTrace(**{name: values[::-1] for name, values in vars(trace).items()})


def _words(encoder: CharCnn, tokens: Sequence[str]) -> tuple[WordTrace, ...]:
    ids = char_ids(tokens, encoder.options.max_characters_per_token)
    embedded = _array(encoder.char_embed)[ids - 1]  # (tokens, chars, char_dim)
    banks = [_filters(encoder, bank, embedded) for bank in range(len(encoder.W_cnn))]
    traces = []
    for number, token in enumerate(tokens):
        x = np.concatenate([values[number] for values, _ in banks])
        highways = []
        for layer in encoder.highways:
            gate = _sigmoid(x @ _array(layer.W_carry) + _array(layer.b_carry))
            transformed = np.maximum(x @ _array(layer.W_transform) + _array(layer.b_transform), 0)
            output = gate * transformed + (1 - gate) * x
            highways.append(HighwayTrace(x, gate, transformed, output))
            x = output
        if encoder.W_proj is not None and encoder.b_proj is not None:
            x = x @ _array(encoder.W_proj) + _array(encoder.b_proj)
        filters = tuple(
            Filters(width, values[number], places[number])
            for (width, _), (values, places) in zip(encoder.options.filters, banks, strict=True)
        )
        labels = tuple(character_label(value) for value in ids[number])
        traces.append(WordTrace(token, ids[number], labels, filters, tuple(highways), x))
    return tuple(traces)


def _filters(encoder: CharCnn, bank: int, embedded: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(tokens, filters) values after the activation, and the place where each is largest."""
    weight, bias = _array(encoder.W_cnn[bank]), _array(encoder.b_cnn[bank])
    _, width, char_dim, number = weight.shape
    windows = np.lib.stride_tricks.sliding_window_view(embedded, width, axis=1)
    windows = windows.transpose(0, 1, 3, 2).reshape(len(embedded), -1, width * char_dim)
    found = windows @ weight.reshape(width * char_dim, number) + bias
    largest = found.max(axis=1)
    values = np.maximum(largest, 0) if encoder.options.activation == "relu" else np.tanh(largest)
    return values, found.argmax(axis=1)


def character_label(char_id: int) -> str:
    """What a character id stands for, in one sign or a short mark."""
    marks = {BEGIN_WORD_ID: "⟨w⟩", END_WORD_ID: "⟨/w⟩", PADDING_ID: "·", 257: "⟨s⟩", 258: "⟨/s⟩"}
    if char_id in marks:
        return marks[char_id]
    byte = int(char_id) - 1
    return chr(byte) if 32 < byte < 127 else "␣" if byte == 32 else f"0x{byte:02X}"


def _array(parameter) -> np.ndarray:
    return parameter.detach().cpu().numpy()


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(0.5 * x))  # the same function, without overflow
