"""The bidirectional language model: a token layer and LSTMs in both directions.

    log p(t_k | t_1 … t_{k-1})      forward: what the left context predicts
    log p(t_k | t_{k+1} … t_N)      backward: what the right context predicts

The directions share the token layer and never mix: layer l of one direction reads layer l - 1 of
the same direction. Source: Peters et al. 2018, section 3.1.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from elmo.model.char_cnn import CharCnn
from elmo.model.lstm import Lstm, State
from elmo.model.options import Options

BiLmState = tuple[tuple[State, ...], tuple[State, ...]]
"""(h, c) of each layer, for both directions, in the order of the batch's rows."""


@dataclass(frozen=True)
class BiLmOutput:
    """The layers of a batch, and the state after reading it.

    Attributes:
        state: state of both directions after the last token; as argument of `BiLm.forward` it continues the text.
        layers: layer 0 (the token layer, twice) to layer n; forward half first, 0 at padding.
    """

    state: BiLmState
    layers: Float[Tensor, "layers batch tokens 2*dim"]


def reverse(
    x: Float[Tensor, "batch tokens dim"], lengths: Int[Tensor, " batch"]
) -> Float[Tensor, "batch tokens dim"]:
    """Reverse each row within its own length; padding stays at the end.

    With lengths 3 and 2: [[a b c], [d e 0]] becomes [[c b a], [e d 0]].
    """
    position = torch.arange(x.shape[1], device=x.device).expand(len(x), -1)
    from_end = lengths[:, None] - 1 - position
    index = torch.where(from_end >= 0, from_end, position)
    return x.gather(1, index[:, :, None].expand_as(x))


class BiLm(nn.Module):
    """The bidirectional language model: token vectors -> all layers of both directions."""

    def __init__(self, options: Options) -> None:
        super().__init__()
        self.options = options
        self.token_encoder = CharCnn(options)
        self.forward_lstms = nn.ModuleList(Lstm(options) for _ in range(options.n_layers))
        self.backward_lstms = nn.ModuleList(Lstm(options) for _ in range(options.n_layers))

    def forward(
        self,
        token_vectors: Float[Tensor, "batch tokens dim"],
        lengths: Int[Tensor, " batch"],
        state: BiLmState | None = None,
    ) -> BiLmOutput:
        """Read a batch of sentences, <S> and </S> included.

        Args:
            token_vectors: output of `token_encoder`; values beyond a row's length are not read.
            lengths: number of real tokens in each row.
            state: state after an earlier batch with the same rows; None is the zero state.
        """
        order = torch.argsort(lengths, descending=True, stable=True)
        back = torch.argsort(order)
        lengths = lengths[order]
        mask = torch.arange(token_vectors.shape[1], device=lengths.device) < lengths[:, None]
        x = token_vectors[order] * mask[:, :, None]
        halves, states = [], []
        for direction, lstms in enumerate((self.forward_lstms, self.backward_lstms)):
            before = None if state is None else _reorder(state[direction], order)
            outputs, after = self._read(
                lstms, reverse(x, lengths) if direction else x, lengths, before
            )
            halves.append([reverse(o, lengths) for o in outputs] if direction else outputs)
            states.append(_reorder(after, back))
        layers = [torch.cat([x, x], dim=2)]
        layers += [torch.cat(pair, dim=2) for pair in zip(*halves, strict=True)]
        return BiLmOutput((states[0], states[1]), torch.stack(layers)[:, back])

    def _read(
        self,
        lstms: nn.ModuleList,
        x: Float[Tensor, "batch tokens dim"],
        lengths: Int[Tensor, " batch"],
        before: tuple[State, ...] | None,
    ) -> tuple[list[Float[Tensor, "batch tokens dim"]], tuple[State, ...]]:
        """The outputs and states of one direction's layers; from layer 2 on a skip connection adds the layer's input."""
        outputs: list[Tensor] = []
        after: list[State] = []
        for layer, lstm in enumerate(lstms):
            read, state = lstm(x, lengths, None if before is None else before[layer])
            x = read + x if layer and self.options.use_skip_connections else read
            outputs.append(x)
            after.append(state)
        return outputs, tuple(after)


def _reorder(states: tuple[State, ...], order: Int[Tensor, " batch"]) -> tuple[State, ...]:
    return tuple((hidden[order], cell[order]) for hidden, cell in states)
