"""An `Exploration` as JSON, and back. Reading trusts nothing: a saved page may have been changed."""

import base64
import binascii
import json
import math
import re
from dataclasses import asdict
from typing import Any

import numpy as np

from elmo.errors import InputError
from elmo.limits import MAX_EXPLORATION_USES
from elmo.views.exploration import (
    SCHEMA,
    VERSION,
    Drawn,
    Exploration,
    Figure,
    Map,
    Mixing,
    Use,
)

_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
"""A lone surrogate, which JSON can hold as an escape only."""

_KINDS = {"float32": "<f4", "int32": "<i4"}
_FIXED24 = 2**23 - 1
"""Numbers from -1 to 1 are stored as whole multiples of 1 / (2²³ - 1) in three bytes; the error is 6e-8 at most."""


def to_json(exploration: Exploration) -> str:
    """The exploration as JSON text that is also UTF-8; NaN becomes null."""
    text = json.dumps(to_dict(exploration), ensure_ascii=False, allow_nan=False)
    return _HALF_CHARACTER.sub(lambda half: f"\\u{ord(half[0]):04x}", text)


def to_dict(exploration: Exploration) -> dict[str, Any]:
    """The exploration as what JSON can hold."""
    mixing = exploration.mixing
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "word": exploration.word,
        "made": dict(exploration.made),
        "uses": [asdict(use) for use in exploration.uses],
        "senses": list(exploration.senses),
        "pairs_of": _packed(exploration.pairs_of, "int32"),
        "findings": {name: list(said) for name, said in exploration.findings.items()},
        "representations": [_drawn_dict(drawn) for drawn in exploration.drawn],
        "mixing": mixing
        and {
            "layers": list(mixing.layers),
            "products": _packed(mixing.products, "float32"),
            "coordinates": _packed(mixing.coordinates, "float32"),
            "steps": mixing.steps,
            "scores": _packed(mixing.scores, "float32"),
            "weights": list(mixing.weights),
        },
    }


def _drawn_dict(drawn: Drawn) -> dict[str, Any]:
    return {
        "name": drawn.name,
        "label": drawn.label,
        "compared": drawn.compared,
        "dim": drawn.dim,
        "competes": drawn.competes,
        "weights": None if drawn.weights is None else list(drawn.weights),
        "cosines": None if drawn.cosines is None else _fixed24(drawn.cosines),
        "neighbours": _packed(drawn.neighbours, "int32"),
        "near": _packed(drawn.near, "float32"),
        "order": _packed(drawn.order, "int32"),
        "clusters": _packed(drawn.clusters, "int32"),
        "group_names": list(drawn.group_names),
        "maps": {
            name: {
                "points": _packed(one.points, "float32"),
                "method": one.method,
                "kept": _number(one.kept),
                "shown": _number(one.shown),
            }
            for name, one in drawn.maps.items()
        },
        "figures": {
            name: [_number(figure.value), _number(figure.low), _number(figure.high)]
            for name, figure in drawn.figures.items()
        },
        "odd": drawn.odd,
        "sentences": list(drawn.sentences),
    }


def from_json(text: str) -> Exploration:
    """Read an exploration, checking every field.

    Raises:
        InputError: not JSON, another schema or version, or a field that is missing or out of range.
    """
    try:
        value = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise InputError(
            "this is not an exploration: its text is not JSON. Save the page again."
        ) from None
    return _exploration(_Node(value, "exploration"))


def _exploration(node: "_Node") -> Exploration:
    if node.get("schema").value != SCHEMA:
        raise InputError(
            f"this is not an exploration: schema is {node.value['schema']!r}, expected {SCHEMA!r}."
        )
    if node.get("version").value != VERSION:
        raise InputError(
            f"this exploration has version {node.value['version']!r}, expected {VERSION}; save it "
            "again, or open it with the release that made it."
        )
    senses = tuple(sense.text() for sense in node.get("senses").items())
    uses = tuple(_use(use, len(senses)) for use in node.get("uses").items(MAX_EXPLORATION_USES))
    if not uses:
        node.fail("uses", "is empty, expected at least one use")
    members = node.get("pairs_of").array("int32", None, len(uses))
    if not len(members) or (np.diff(members) <= 0).any():
        node.fail("pairs_of", "must name uses in ascending order")
    mixing = node.get("mixing")
    n_layers = 0 if mixing.value is None else len(mixing.get("layers").items(100))
    drawn = tuple(
        _drawn(one, len(uses), len(members), n_layers)
        for one in node.get("representations").items(100)
    )
    names = [one.name for one in drawn]
    if not drawn or len(set(names)) < len(names):
        node.fail("representations", "must be there, each with a name of its own")
    return Exploration(
        node.get("word").text(),
        uses,
        senses,
        drawn,
        members,
        {
            name: tuple(said.text() for said in value.items())
            for name, value in node.get("findings").fields()
        },
        {name: value.text() for name, value in node.get("made").fields()},
        None if mixing.value is None else _mixing(mixing, names, len(uses), len(members)),
    )


def _use(node: "_Node", n_senses: int) -> Use:
    tokens = tuple(token.text() for token in node.get("tokens").items())
    position, length = node.get("position").whole(0), node.get("length").whole(1)
    if position + length > len(tokens):
        node.fail("position", f"{position} + {length} is beyond the {len(tokens)} words")
    sense = node.get("sense")
    return Use(
        node.get("text").text(),
        tokens,
        position,
        length,
        None if sense.value is None else sense.whole(0, n_senses),
        tuple(word.text() for word in node.get("substitutes").items(100)),
    )


def _drawn(node: "_Node", n: int, n_members: int, n_layers: int) -> Drawn:
    """A representation; `n_layers` are mixed, 0 for none."""
    neighbours = node.get("neighbours").array("int32", (n, None), n)
    order = node.get("order").array("int32", (n_members,), n_members)
    if len(np.unique(order)) < n_members:
        node.fail("order", "must name every use once")
    odd = node.get("odd")
    maps = {
        name: Map(
            one.get("points").array("float32", (n, 2)),
            one.get("method").text(),
            one.get("kept").number(),
            one.get("shown").number(),
        )
        for name, one in node.get("maps").fields()
    }
    if "PCA" not in maps:
        node.fail("maps", "has no PCA")
    weights, cosines = node.get("weights"), None
    if node.get("cosines").value is not None:
        cosines = node.get("cosines").fixed24(n_members * (n_members - 1) // 2)
    elif not n_layers or weights.value is None:
        node.fail("cosines", "is missing, and there are no weights of mixed layers")
    return Drawn(
        node.get("name").text(),
        node.get("label").text(),
        node.get("compared").text(),
        node.get("dim").whole(1),
        node.get("competes").value is True,
        None if weights.value is None else _weights(weights, n_layers),
        cosines,
        neighbours,
        node.get("near").array("float32", neighbours.shape),
        order,
        node.get("clusters").array("int32", (n_members,), n_members),
        tuple(name.text() for name in node.get("group_names").items()),
        maps,
        {name: _figure(value) for name, value in node.get("figures").fields()},
        None if odd.value is None else odd.whole(0, n),
        tuple(said.text() for said in node.get("sentences").items()),
    )


def _figure(node: "_Node") -> Figure:
    numbers = [each.number() for each in node.items()]
    if len(numbers) != 3:
        node.fail("", f"has {len(numbers)} numbers, expected value, low and high")
    return Figure(*numbers)


def _weights(node: "_Node", n_layers: int) -> tuple[float, ...]:
    """Normalized weights, one a layer."""
    weights = tuple(weight.number() for weight in node.items(100))
    if len(weights) != n_layers or not abs(sum(weights) - 1) < 1e-3 or not min(weights) >= 0:
        node.fail("", "must be one a layer, at least 0, their sum 1")
    return weights


def _mixing(node: "_Node", names: list[str], n: int, n_members: int) -> Mixing:
    layers = tuple(layer.text() for layer in node.get("layers").items(100))
    if not layers or not set(layers) <= set(names):
        node.fail("layers", "must be names of representations")
    weights = _weights(node.get("weights"), len(layers))
    steps = node.get("steps").whole(1, 1000)
    n_points = math.comb(steps + len(layers) - 1, len(layers) - 1)
    n_layer_pairs = len(layers) * (len(layers) + 1) // 2
    return Mixing(
        layers,
        node.get("products").array("float32", (n_layer_pairs, n_members * (n_members + 1) // 2)),
        node.get("coordinates").array("float32", (len(layers), n, 2)),
        steps,
        node.get("scores").array("float32", (n_points,)),
        weights,
    )


class _Node:
    """A value of the JSON and where it stands, so that an error can name it."""

    def __init__(self, value: Any, where: str) -> None:
        self.value, self.where = value, where

    def fail(self, name: str, what: str) -> None:
        """Raise an `InputError` about a field."""
        place = f"{self.where}.{name}" if name else self.where
        raise InputError(f"{place} {what}. The file was changed or cut off; save it again.")

    def get(self, name: str) -> "_Node":
        """The field of this name."""
        if not isinstance(self.value, dict) or name not in self.value:
            self.fail(name, "is missing")
        return _Node(self.value[name], f"{self.where}.{name}")

    def fields(self) -> list[tuple[str, "_Node"]]:
        """All fields, by name."""
        if not isinstance(self.value, dict):
            self.fail("", "must be an object")
        return [(name, _Node(value, f"{self.where}.{name}")) for name, value in self.value.items()]

    def items(self, at_most: int = 100_000) -> "list[_Node]":
        """The entries of a list."""
        if not isinstance(self.value, list) or len(self.value) > at_most:
            self.fail("", f"must be a list of at most {at_most:,} entries")
        return [_Node(value, f"{self.where}[{i}]") for i, value in enumerate(self.value)]

    def text(self) -> str:
        if not isinstance(self.value, str):
            self.fail("", "must be a text")
        return self.value

    def whole(self, low: int, below: int = 2**31) -> int:
        value = self.value
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value < below:
            self.fail("", f"is {value!r}, expected a whole number from {low} to {below - 1}")
        return value

    def number(self) -> float:
        """A finite number; NaN for null."""
        if self.value is None:
            return float("nan")
        if not isinstance(self.value, int | float) or not math.isfinite(self.value):
            self.fail("", f"is {self.value!r}, expected a finite number or null")
        return float(self.value)

    def fixed24(self, size: int) -> np.ndarray:
        """An array of this many numbers from -1 to 1, each stored in three bytes."""
        raw, _ = self._raw("fixed24", (size,), 3)
        parts = np.frombuffer(raw, np.uint8).reshape(size, 3)
        whole = np.zeros((size, 4), np.uint8)
        whole[:, 1:] = parts  # the highest byte, with the sign, at the top
        return ((whole.view("<i4")[:, 0] >> 8) / _FIXED24).clip(-1, 1).astype(np.float32)

    def _raw(
        self, dtype: str, shape: tuple[int | None, ...] | None, width: int
    ) -> tuple[bytes, tuple[int, ...]]:
        """The bytes and the sizes of an array of numbers of `width` bytes."""
        if self.get("dtype").value != dtype:
            self.fail("dtype", f"is {self.value['dtype']!r}, expected {dtype!r}")
        sizes = tuple(size.whole(0) for size in self.get("shape").items(4))
        wanted = shape if shape is not None else (None,)
        if len(sizes) != len(wanted) or any(
            size != want for size, want in zip(sizes, wanted, strict=True) if want is not None
        ):
            self.fail("shape", f"is {list(sizes)}, expected {list(wanted)} (None: any)")
        try:
            raw = base64.b64decode(self.get("data").text(), validate=True)
        except (binascii.Error, ValueError):
            self.fail("data", "is not base64")
            raise
        if len(raw) != width * math.prod(sizes):
            self.fail("data", f"has {len(raw):,} bytes, expected {width * math.prod(sizes):,}")
        return raw, sizes

    def array(
        self, dtype: str, shape: tuple[int | None, ...] | None, below: int | None = None
    ) -> np.ndarray:
        """An array of this type and shape (None: any size); whole numbers lie from 0 to `below`."""
        raw, sizes = self._raw(dtype, shape, 4)
        values = np.frombuffer(raw, _KINDS[dtype]).reshape(sizes)
        if dtype == "float32" and not np.isfinite(values).all():
            self.fail("data", "has values that are not finite numbers")
        if below is not None and values.size and not 0 <= values.min() <= values.max() < below:
            self.fail("data", f"has numbers outside 0 to {below - 1}")
        return values


def _packed(values: np.ndarray, dtype: str) -> dict[str, Any]:
    """An array as base64 of its little-endian numbers."""
    array = np.ascontiguousarray(values, _KINDS[dtype])
    data = base64.b64encode(array.tobytes()).decode()
    return {"dtype": dtype, "shape": list(array.shape), "data": data}


def _fixed24(values: np.ndarray) -> dict[str, Any]:
    """Numbers from -1 to 1 as base64 of three little-endian bytes each."""
    whole = np.rint(np.asarray(values, np.float64) * _FIXED24).astype("<i4")
    raw = np.ascontiguousarray(whole.view(np.uint8).reshape(-1, 4)[:, :3]).tobytes()
    return {
        "dtype": "fixed24",
        "shape": list(values.shape),
        "data": base64.b64encode(raw).decode(),
    }


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _refuse(constant: str) -> None:
    raise ValueError(constant)
