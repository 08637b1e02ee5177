"""All intermediate values of the model for one sentence, as NumPy arrays.

`CharCnn.steps` and `Lstm.step` compute the values; this module repeats no equation.

Source: Peters et al. 2018, arXiv:1802.05365, section 3; Kim et al. 2016, arXiv:1508.06615.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

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
from elmo.model.highway import HighwayStep
from elmo.model.lstm import ELMO, Equations, Lstm

MISTAKES = {
    "forget bias": Equations(forget_bias=0.0),
    "candidate": Equations(candidate=torch.sigmoid),
    "output": Equations(of_cell=torch.sigmoid),
    "clips": Equations(clips=False),
    "projection": Equations(feeds_back_output=False),
    "gate order": Equations(gate_order="ifjo"),
}
"""Frequent mistakes in descriptions of ELMo's LSTM: no forget bias, because the files do not contain the bias;
a sigmoid in place of tanh for the candidate or for the cell's output; no clips; the next step reads the
output before its projection; PyTorch's order of the gates."""


@dataclass(frozen=True)
class Filters:
    """The results of the filters of one width for one word.

    Attributes:
        width: number of letters in a window.
        values: largest value of each filter over all places of the word, after the activation.
        places: place of the largest value: number of the window's first letter in `WordTrace.characters`.
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
    """The values from the letters of a word to its token vector.

    Attributes:
        char_ids: the ids that the model reads, padding included.
        characters: a label for each id: a letter, "0xC3" for a byte of a longer letter, or
            "⟨w⟩", "⟨/w⟩", "⟨s⟩", "⟨/s⟩", "·" for the marks of word and sentence and for padding.
        filters: results of the filters of each width.
        highways: values of each highway layer.
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
        """The number of positions before the padding, begin and end mark included."""
        return int((self.char_ids != PADDING_ID).sum())

    def letters(self, width: int, place: int) -> str:
        """The characters that a filter of this width reads at this place."""
        return "".join(self.characters[place : place + width])


@dataclass(frozen=True)
class LstmTrace:
    """One LSTM layer in one direction over the whole sentence, <S> and </S> included.

    The arrays of both directions are in the order of the sentence; `cell_before` is the cell after
    the word that was read before.

    Attributes:
        input: the values that the layer reads.
        i, f, o: the gates, between 0 and 1 (the forget gate with its bias of 1).
        candidate: tanh(j), the value offered to the cell.
        cell: the cell after the clip. hidden: the recurrent state, after projection and clip.
        n_cell_clipped, n_proj_clipped: number of values that the clips changed, for each token.
        output: hidden, plus the input if there is a skip connection.
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
    """All intermediate values of the model for a sentence.

    Attributes:
        tokens: <S>, the words, </S>.
        words: the token layer's values for each token.
        forward, backward: the values of each LSTM layer, lowest layer first.
        layers: the vectors that `Elmo.embed` returns, without <S> and </S>.
    """

    tokens: tuple[str, ...]
    words: tuple[WordTrace, ...]
    forward: tuple[LstmTrace, ...]
    backward: tuple[LstmTrace, ...]
    layers: Float[np.ndarray, "layers tokens dim"] = field(repr=False)


def inspect_sentence(model: BiLm, words: Sequence[str], equations: Equations = ELMO) -> Inspection:
    """All intermediate values of the model for a sentence.

    Args:
        model: the bidirectional language model (`Elmo.model`).
        words: one word or more.
        equations: equations of all LSTMs; an entry of `MISTAKES` shows the effect of a mistake.

    Raises:
        InputError: there are no words.
    """
    if not words:
        raise InputError("the sentence has no words; give at least one.")
    tokens = (BEGIN_SENTENCE, *words, END_SENTENCE)
    with torch.no_grad():
        traces, x = _words(model.token_encoder, tokens)
        forward = _direction(model, model.forward_lstms, x, equations)
        backward = _direction(model, model.backward_lstms, x.flip(0), equations)
    backward = [_turned(trace) for trace in backward]
    layers = [_array(torch.cat([x, x], dim=1))]
    layers += [
        np.concatenate([f.output, b.output], axis=1) for f, b in zip(forward, backward, strict=True)
    ]
    return Inspection(tokens, traces, tuple(forward), tuple(backward), np.stack(layers)[:, 1:-1])


def _lstm(lstm: Lstm, x: Float[Tensor, "tokens dim"], equations: Equations) -> LstmTrace:
    """The values of one LSTM layer for one sentence, in the order of reading."""
    state = lstm.zero_state(1)
    steps, cells_before = [], []
    for from_input in lstm.from_input(x[:, None]):
        cells_before.append(state[1])
        steps.append(lstm.step(from_input, state, equations))
        state = steps[-1].state

    def values(name: str) -> Tensor:
        return torch.cat([getattr(step, name) for step in steps])

    cell, hidden = values("cell"), values("hidden")
    return LstmTrace(
        input=_array(x),
        i=_array(values("i")),
        candidate=_array(values("candidate")),
        f=_array(values("f")),
        o=_array(values("o")),
        cell_before=_array(torch.cat(cells_before)),
        cell=_array(cell),
        hidden=_array(hidden),
        n_cell_clipped=_array((cell != values("unclipped_cell")).sum(1)),
        n_proj_clipped=_array((hidden != values("unclipped_hidden")).sum(1)),
        output=_array(hidden),
    )


def _direction(
    model: BiLm, lstms: nn.ModuleList, x: Float[Tensor, "tokens dim"], equations: Equations
) -> list[LstmTrace]:
    """The values of all layers of one direction, in the order of reading."""
    traces = []
    for layer, lstm in enumerate(lstms):
        assert isinstance(lstm, Lstm)
        trace = _lstm(lstm, x, equations)
        if layer and model.options.use_skip_connections:
            trace = replace(trace, output=trace.hidden + trace.input)
        traces.append(trace)
        x = torch.from_numpy(trace.output).to(x.device)
    return traces


def _turned(trace: LstmTrace) -> LstmTrace:
    """A trace of the backward direction, reversed to the order of the sentence."""
    return LstmTrace(**{name: values[::-1] for name, values in vars(trace).items()})


def _words(
    encoder: CharCnn, tokens: Sequence[str]
) -> tuple[tuple[WordTrace, ...], Float[Tensor, "tokens dim"]]:
    """The trace of each token, and the token vectors."""
    ids = char_ids(tokens, encoder.options.max_characters_per_token)
    steps = encoder.steps(torch.from_numpy(ids).to(encoder.char_embed.device))
    widths, numbers = zip(*encoder.options.filters, strict=True)
    values = steps.filters.split(numbers, dim=1)
    places = [windows.argmax(dim=1) for windows in steps.windows]
    vectors = _array(steps.vectors)
    traces = tuple(
        WordTrace(
            word=token,
            char_ids=ids[row],
            characters=tuple(character_label(value) for value in ids[row]),
            filters=tuple(
                Filters(width, _array(value[row]), _array(place[row]))
                for width, value, place in zip(widths, values, places, strict=True)
            ),
            highways=tuple(_highway(step, row) for step in steps.highways),
            vector=vectors[row],
        )
        for row, token in enumerate(tokens)
    )
    return traces, steps.vectors


def _highway(step: HighwayStep, row: int) -> HighwayTrace:
    return HighwayTrace(**{name: _array(values[row]) for name, values in vars(step).items()})


def character_label(char_id: int) -> str:
    """The label of a character id: one character, or a short mark such as ⟨w⟩ or 0xC3."""
    marks = {BEGIN_WORD_ID: "⟨w⟩", END_WORD_ID: "⟨/w⟩", PADDING_ID: "·", 257: "⟨s⟩", 258: "⟨/s⟩"}
    if char_id in marks:
        return marks[char_id]
    byte = int(char_id) - 1
    return chr(byte) if 32 < byte < 127 else "␣" if byte == 32 else f"0x{byte:02X}"


def _array(values: Tensor) -> np.ndarray:
    return values.detach().cpu().numpy()
