"""options.json: the sizes and switches of an ELMo model.

Source: Peters et al. 2018, arXiv:1802.05365, section 3; the file format of bilm-tf.
"""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from elmo.errors import OptionsError
from elmo.limits import (
    MAX_CHAR_DIM,
    MAX_CLIP,
    MAX_DIM,
    MAX_FILTERS,
    MAX_HIGHWAYS,
    MAX_LAYERS,
    MAX_OPTIONS_BYTES,
    MAX_PARAMETERS,
    MAX_WIDTHS,
    MAX_WINDOW_VALUES,
    MAX_WORD_CHARACTERS,
)
from elmo.model.text_file import read_model_text

N_CHARACTER_ROWS = 261
"""Rows of `char_embed`: 256 bytes, then <S>, </S>, begin of word, end of word, padding."""


@dataclass(frozen=True)
class Options:
    """The checked contents of options.json.

    Attributes:
        projection_dim: size of the output vector of each direction; a layer has twice as many numbers.
        dim: number of LSTM cells in each layer and direction, at least `projection_dim`.
        n_layers: number of LSTM layers in each direction; the model has `n_layers + 1` vectors for a word.
        cell_clip, proj_clip: largest absolute value of a cell or an output; None is no limit.
        use_skip_connections: True if a layer's input is added to its output, from layer 2 on.
        filters: (width in characters, number of filters) of each character convolution.
        n_highway: number of highway layers after the character CNN.
        activation: "relu" or "tanh", applied after the maximum over positions.
        char_dim: size of a character's vector.
        max_characters_per_token: character positions of a word, begin and end mark included.
        n_characters: 261 in files for training, 262 in files for use (with the padding).
    """

    projection_dim: int
    dim: int
    n_layers: int
    filters: tuple[tuple[int, int], ...]
    cell_clip: float | None = 3.0
    proj_clip: float | None = 3.0
    use_skip_connections: bool = True
    n_highway: int = 1
    activation: str = "relu"
    char_dim: int = 16
    max_characters_per_token: int = 50
    n_characters: int = 262

    def __post_init__(self) -> None:
        problems = _problems(self)
        if problems:
            raise OptionsError("options: " + "; ".join(problems))

    @property
    def n_filters(self) -> int:
        """Number of convolution filters of all widths together."""
        return sum(number for _, number in self.filters)

    @property
    def n_representations(self) -> int:
        """The number of vectors of a word: one of the token layer and one of each LSTM layer."""
        return self.n_layers + 1

    @property
    def representation_dim(self) -> int:
        """Size of each of a word's vectors: forward and backward halves together."""
        return 2 * self.projection_dim

    @classmethod
    def read(cls, path: str | Path) -> "Options":
        """Read an options.json.

        Raises:
            OptionsError: the file is missing, too large, not JSON, or lists wrong values; the
                message names every wrong key at once.
        """
        path = Path(path)
        text = read_model_text(path, "options.json", MAX_OPTIONS_BYTES, OptionsError)
        try:
            data = json.loads(text)
        except (ValueError, RecursionError) as error:
            reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
            raise OptionsError(
                f"{path.name} is not JSON ({reason}). Give a model's options.json."
            ) from None
        return cls.from_dict(data, source=path.name)

    @classmethod
    def from_dict(cls, data: Any, source: str = "options") -> "Options":
        """The options in the JSON object of the official format.

        Keys that only training uses are ignored, as in AllenNLP and bilm-tf.

        Raises:
            OptionsError: keys are missing or have wrong values; the message names all of them.
        """
        problems: list[str] = []

        def section(parent: Any, key: str) -> dict[str, Any] | None:
            value = parent.get(key) if isinstance(parent, dict) else None
            if not isinstance(value, dict):
                problems.append(f"{key!r} should be an object, found {_short(value)}")
                return None
            return value

        if not isinstance(data, dict):
            raise OptionsError(f"{source}: expected a JSON object, found {_short(data)}")
        if isinstance(data.get("lstm"), dict) and "char_cnn" not in data:
            raise OptionsError(
                f"{source}: a word-level model (token embedding), as it has no char_cnn; only "
                "character models can be read. Give the options.json of a character model."
            )
        lstm = section(data, "lstm")
        char_cnn = section(data, "char_cnn")
        embedding = section(char_cnn, "embedding") if char_cnn is not None else None
        values: dict[str, Any] = {}

        def take(
            parent: dict[str, Any] | None, where: str, key: str, name: str = "", default: Any = ...
        ) -> None:
            if parent is None:  # reported as a whole
                return
            if key in parent:
                values[name or key] = parent[key]
            elif default is not ...:
                values[name or key] = default
            else:
                problems.append(f"{where}.{key} is missing")

        take(lstm, "lstm", "projection_dim")
        take(lstm, "lstm", "dim")
        take(lstm, "lstm", "n_layers", default=1)
        take(lstm, "lstm", "cell_clip", default=None)
        take(lstm, "lstm", "proj_clip", default=None)
        take(lstm, "lstm", "use_skip_connections", default=False)
        take(char_cnn, "char_cnn", "filters")
        take(char_cnn, "char_cnn", "activation")
        take(char_cnn, "char_cnn", "n_highway", default=0)
        take(char_cnn, "char_cnn", "n_characters", default=262)
        take(char_cnn, "char_cnn", "max_characters_per_token", default=50)
        take(embedding, "char_cnn.embedding", "dim", "char_dim")
        if values.get("n_highway") is None and "n_highway" in values:
            values["n_highway"] = 0
        for clip in ("cell_clip", "proj_clip"):
            if values.get(clip) == 0 and not isinstance(values[clip], bool):
                values[clip] = None
        if "filters" in values:
            filters = values["filters"]
            if not _is_filter_list(filters):
                problems.append(
                    f"char_cnn.filters should be a list of [width, number], found {_short(filters)}"
                )
            else:
                values["filters"] = tuple((width, number) for width, number in filters)
        if problems:
            raise OptionsError(f"{source}: " + "; ".join(problems))
        try:
            return cls(**values)
        except OptionsError as error:
            raise OptionsError(f"{source}: {str(error).removeprefix('options: ')}") from None

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of the official format; `from_dict` of the object returns equal options."""
        return {
            "lstm": {
                "use_skip_connections": self.use_skip_connections,
                "projection_dim": self.projection_dim,
                "cell_clip": self.cell_clip,
                "proj_clip": self.proj_clip,
                "dim": self.dim,
                "n_layers": self.n_layers,
            },
            "char_cnn": {
                "activation": self.activation,
                "filters": [list(pair) for pair in self.filters],
                "n_highway": self.n_highway,
                "embedding": {"dim": self.char_dim},
                "n_characters": self.n_characters,
                "max_characters_per_token": self.max_characters_per_token,
            },
        }


def _is_filter_list(value: Any) -> bool:
    return (
        isinstance(value, list | tuple)
        and len(value) > 0
        and all(isinstance(pair, list | tuple) and len(pair) == 2 for pair in value)
    )


def _short(value: Any) -> str:
    if isinstance(value, int) and value.bit_length() > 1000:
        return f"a number of about {int(value.bit_length() * math.log10(2)):,} digits"
    text = "nothing" if value is None else repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _is_count(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _problems(options: Options) -> list[str]:
    """A sentence for each wrong value; combinations are checked only if every value alone is right."""
    problems = []
    counts = {
        "lstm.projection_dim": (options.projection_dim, 1, MAX_DIM),
        "lstm.dim": (options.dim, 1, MAX_DIM),
        "lstm.n_layers": (options.n_layers, 1, MAX_LAYERS),
        "char_cnn.n_highway": (options.n_highway, 0, MAX_HIGHWAYS),
        "char_cnn.embedding.dim": (options.char_dim, 1, MAX_CHAR_DIM),
        "char_cnn.max_characters_per_token": (
            options.max_characters_per_token,
            3,
            MAX_WORD_CHARACTERS,
        ),
    }
    for key, (value, least, most) in counts.items():
        if not _is_count(value, least, most):
            problems.append(
                f"{key} is {_short(value)}, expected a whole number from {least} to {most:,}"
            )
    for key, clip in (("lstm.cell_clip", options.cell_clip), ("lstm.proj_clip", options.proj_clip)):
        is_number = isinstance(clip, int | float) and not isinstance(clip, bool)
        if clip is not None and not (is_number and 0 < clip <= MAX_CLIP):
            problems.append(
                f"{key} is {_short(clip)}, expected a number above 0 and at most {MAX_CLIP:g}, or "
                "null for none"
            )
    if not isinstance(options.use_skip_connections, bool):
        problems.append(
            f"lstm.use_skip_connections is {_short(options.use_skip_connections)}, "
            "expected true or false"
        )
    if options.activation not in ("relu", "tanh"):
        problems.append(
            f'char_cnn.activation is {_short(options.activation)}, expected "relu" or "tanh"'
        )
    if options.n_characters not in (261, 262) or isinstance(options.n_characters, bool):
        problems.append(
            f"char_cnn.n_characters is {_short(options.n_characters)}, "
            "expected 261 (a file for training) or 262 (a file for use)"
        )
    if len(options.filters) > MAX_WIDTHS:
        problems.append(
            f"char_cnn.filters has {len(options.filters):,} pairs, expected at most {MAX_WIDTHS}"
        )
    for width, number in options.filters[:MAX_WIDTHS]:
        if not (_is_count(width, 1, MAX_WORD_CHARACTERS) and _is_count(number, 1, MAX_FILTERS)):
            problems.append(
                f"char_cnn.filters has {_short([width, number])}, expected a width from 1 to "
                f"{MAX_WORD_CHARACTERS:,} and a number from 1 to {MAX_FILTERS:,}"
            )
        elif (
            _is_count(options.max_characters_per_token, 3, MAX_WORD_CHARACTERS)
            and width > options.max_characters_per_token
        ):
            problems.append(
                f"char_cnn.filters has width {width}, wider than a word of "
                f"{options.max_characters_per_token} characters"
            )
    return problems or _impossible_sums(options)


def _impossible_sums(options: Options) -> list[str]:
    """A sentence for each combination of values that exceeds a limit."""
    problems = []
    if options.projection_dim > options.dim:
        problems.append(
            f"lstm.projection_dim is {options.projection_dim}, expected at most lstm.dim, "
            f"which is {options.dim}"
        )
    widest = max(width for width, _ in options.filters)
    n_window_values = options.max_characters_per_token * widest * options.char_dim
    if n_window_values > MAX_WINDOW_VALUES:
        problems.append(
            f"a word of {options.max_characters_per_token} characters has {n_window_values:,} "
            f"values in the windows of width {widest}, at most {MAX_WINDOW_VALUES:,} are computed"
        )
    n_parameters = sum(math.prod(shape) for shape in data_set_shapes(options).values())
    if n_parameters > MAX_PARAMETERS:
        problems.append(
            f"the sizes ask for {n_parameters:,} parameters, at most {MAX_PARAMETERS:,} are read"
        )
    return problems


def data_set_shapes(options: Options) -> dict[str, tuple[int, ...]]:
    """Name and shape of every data set that weights.hdf5 must have with these options.

    As in bilm-tf, there is no CNN_proj if `projection_dim` equals the number of filters, and no W_P_0
    if `projection_dim` equals `dim` (`weights.read_model` also reads files with CNN_proj).
    """
    p, d, n = options.projection_dim, options.dim, options.n_filters
    shapes: dict[str, tuple[int, ...]] = {"char_embed": (N_CHARACTER_ROWS, options.char_dim)}
    for index, (width, number) in enumerate(options.filters):
        shapes[f"CNN/W_cnn_{index}"] = (1, width, options.char_dim, number)
        shapes[f"CNN/b_cnn_{index}"] = (number,)
    for index in range(options.n_highway):
        for gate in ("carry", "transform"):
            shapes[f"CNN_high_{index}/W_{gate}"] = (n, n)
            shapes[f"CNN_high_{index}/b_{gate}"] = (n,)
    if n != p:
        shapes["CNN_proj/W_proj"] = (n, p)
        shapes["CNN_proj/b_proj"] = (p,)
    for direction in (0, 1):
        for layer in range(options.n_layers):
            cell = f"RNN_{direction}/RNN/MultiRNNCell/Cell{layer}/LSTMCell"
            shapes[f"{cell}/W_0"] = (2 * p, 4 * d)
            shapes[f"{cell}/B"] = (4 * d,)
            if p != d:
                shapes[f"{cell}/W_P_0"] = (d, p)
    return shapes
