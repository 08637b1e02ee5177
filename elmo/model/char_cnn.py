"""The token layer: a word's vector from its characters alone, the same in every sentence.

Source: Peters et al. 2018, section 3.4, after Kim et al. 2016, arXiv:1508.06615.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from elmo.model.characters import PADDING_ID
from elmo.model.highway import Highway, HighwayStep, draw_normal
from elmo.model.options import N_CHARACTER_ROWS, Options


@dataclass(frozen=True)
class CharCnnSteps:
    """All values of the token layer for a list of words.

    Attributes:
        windows: for each filter width, the value of each filter at each place of the word, before
            bias and activation. Place t is the window that begins at character t.
        filters: the largest value of each filter over all places, after the activation.
        highways: the values of the highway layers, in their order.
        vectors: the token vectors.
    """

    windows: tuple[Float[Tensor, "tokens _ _"], ...]
    filters: Float[Tensor, "tokens filters"]
    highways: tuple[HighwayStep, ...]
    vectors: Float[Tensor, "tokens dim"]


class CharCnn(nn.Module):
    """Characters -> convolutions -> maximum over positions -> highway layers -> projection.

    The parameters have the names and the shapes of weights.hdf5, so that loading is copying.
    """

    def __init__(self, options: Options) -> None:
        super().__init__()
        self.options = options
        n_filters = options.n_filters
        self.char_embed = nn.Parameter(torch.empty(N_CHARACTER_ROWS, options.char_dim))
        self.W_cnn = nn.ParameterList(
            torch.empty(1, width, options.char_dim, number) for width, number in options.filters
        )
        self.b_cnn = nn.ParameterList(torch.empty(number) for _, number in options.filters)
        self.highways = nn.ModuleList(Highway(n_filters) for _ in range(options.n_highway))
        self.W_proj: nn.Parameter | None = None
        self.b_proj: nn.Parameter | None = None
        if n_filters != options.projection_dim:
            self.add_projection()
        self.reset_parameters()

    def add_projection(self) -> None:
        """Add W_proj and b_proj; a file may lack them where the filter count equals projection_dim."""
        n_filters, projection_dim = self.options.n_filters, self.options.projection_dim
        self.W_proj = nn.Parameter(torch.empty(n_filters, projection_dim))
        self.b_proj = nn.Parameter(torch.zeros(projection_dim))
        draw_normal(self.W_proj, std=n_filters**-0.5)

    def reset_parameters(self) -> None:
        nn.init.uniform_(self.char_embed, -1.0, 1.0)
        for weight, bias in zip(self.W_cnn, self.b_cnn, strict=True):
            _, width, char_dim, _ = weight.shape
            draw_normal(weight, std=(width * char_dim) ** -0.5)
            nn.init.zeros_(bias)

    def convolve(self, char_ids: Int[Tensor, "tokens chars"]) -> list[Float[Tensor, "tokens _ _"]]:
        """For each filter width the filters' values (tokens, places, filters) without their bias.

        A convolution of width w is one matrix product of all windows of w characters. Places
        beyond the longest word are windows of padding alone and have one and the same value. So the
        ids are cut to the longest word plus the widest filter, which changes no maximum.
        """
        widest = max(width for width, _ in self.options.filters)
        longest = int((char_ids != PADDING_ID).sum(dim=1).max()) if len(char_ids) else 0
        n_chars = min(char_ids.shape[1], longest + widest)
        characters = self.char_embed[char_ids[:, :n_chars] - 1]  # (tokens, chars, char_dim)
        values = []
        for weight in self.W_cnn:
            _, width, char_dim, number = weight.shape
            windows = characters.unfold(1, width, 1).transpose(2, 3)
            windows = windows.reshape(len(char_ids), -1, width * char_dim)
            values.append(windows @ weight.reshape(width * char_dim, number))
        return values

    def steps(self, char_ids: Int[Tensor, "tokens chars"]) -> CharCnnSteps:
        """All values on the way from characters to vectors.

        Args:
            char_ids: rows of `characters.char_ids`, without rows of zeros (batch padding).
        """
        activation = torch.relu if self.options.activation == "relu" else torch.tanh
        windows = self.convolve(char_ids)
        largest = [v.amax(dim=1) + bias for v, bias in zip(windows, self.b_cnn, strict=True)]
        x = filters = activation(torch.cat(largest, dim=1))
        highways = []
        for highway in self.highways:
            assert isinstance(highway, Highway)
            highways.append(highway.step(x))
            x = highways[-1].output
        if self.W_proj is not None and self.b_proj is not None:
            x = torch.addmm(self.b_proj, x, self.W_proj)
        return CharCnnSteps(tuple(windows), filters, tuple(highways), x)

    def forward(self, char_ids: Int[Tensor, "tokens chars"]) -> Float[Tensor, "tokens dim"]:
        """Vectors of words; `steps` says what `char_ids` holds."""
        return self.steps(char_ids).vectors
