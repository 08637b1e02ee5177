"""Values of a JSON file: arrays written as base64, and every value checked when it is read."""

import base64
import binascii
import math
from typing import Any

import numpy as np

from elmo.errors import InputError

_KINDS = {"float32": "<f4", "int32": "<i4"}

_FIXED24 = 2**23 - 1
"""Numbers from -1 to 1 are stored as whole multiples of 1 / (2²³ - 1) in three bytes; the error is 6e-8 at most."""


class Node:
    """A value of a JSON file with its place, which error messages name."""

    def __init__(self, value: Any, where: str) -> None:
        self.value, self.where = value, where

    def fail(self, name: str, what: str) -> None:
        """Raise an `InputError` about a field; "" is the value itself."""
        place = f"{self.where}.{name}" if name else self.where
        raise InputError(f"{place} {what}. The file was changed or cut off; save it again.")

    def get(self, name: str) -> "Node":
        """The field of this name."""
        if not isinstance(self.value, dict) or name not in self.value:
            self.fail(name, "is missing")
        return Node(self.value[name], f"{self.where}.{name}")

    def fields(self) -> list[tuple[str, "Node"]]:
        """All fields, by name."""
        if not isinstance(self.value, dict):
            self.fail("", "must be an object")
        return [(name, Node(value, f"{self.where}.{name}")) for name, value in self.value.items()]

    def items(self, at_most: int = 100_000) -> "list[Node]":
        """The entries of a list, at most `at_most`."""
        if not isinstance(self.value, list) or len(self.value) > at_most:
            self.fail("", f"must be a list of at most {at_most:,} entries")
        return [Node(value, f"{self.where}[{i}]") for i, value in enumerate(self.value)]

    def text(self) -> str:
        """The value as a text."""
        if not isinstance(self.value, str):
            self.fail("", "must be a text")
        return self.value

    def whole(self, low: int, below: int = 2**31) -> int:
        """The value as a whole number, at least `low` and smaller than `below`."""
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
        """The array of `size` numbers from -1 to 1, each stored in three bytes."""
        raw, _ = self._raw("fixed24", (size,), 3)
        parts = np.frombuffer(raw, np.uint8).reshape(size, 3)
        whole = np.zeros((size, 4), np.uint8)
        whole[:, 1:] = parts  # the third byte has the sign, so it becomes the highest of four
        return ((whole.view("<i4")[:, 0] >> 8) / _FIXED24).clip(-1, 1).astype(np.float32)

    def _raw(
        self, dtype: str, shape: tuple[int | None, ...] | None, width: int
    ) -> tuple[bytes, tuple[int, ...]]:
        """The bytes and the shape of an array whose numbers have `width` bytes."""
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
        """The array of this type and shape.

        Args:
            shape: expected shape; None in the shape is any size, and None is one axis of any size.
            below: whole numbers must be at least 0 and smaller than this; None is no limit.
        """
        raw, sizes = self._raw(dtype, shape, 4)
        values = np.frombuffer(raw, _KINDS[dtype]).reshape(sizes)
        if dtype == "float32" and not np.isfinite(values).all():
            self.fail("data", "has values that are not finite numbers")
        if below is not None and values.size and not 0 <= values.min() <= values.max() < below:
            self.fail("data", f"has numbers outside 0 to {below - 1}")
        return values


def packed(values: np.ndarray, dtype: str) -> dict[str, Any]:
    """An array as JSON: type, shape, and base64 of the little-endian numbers."""
    array = np.ascontiguousarray(values, _KINDS[dtype])
    data = base64.b64encode(array.tobytes()).decode()
    return {"dtype": dtype, "shape": list(array.shape), "data": data}


def fixed24(values: np.ndarray) -> dict[str, Any]:
    """An array of numbers from -1 to 1 as JSON, with three little-endian bytes for each number."""
    whole = np.rint(np.asarray(values, np.float64) * _FIXED24).astype("<i4")
    raw = np.ascontiguousarray(whole.view(np.uint8).reshape(-1, 4)[:, :3]).tobytes()
    return {
        "dtype": "fixed24",
        "shape": list(values.shape),
        "data": base64.b64encode(raw).decode(),
    }


def number_or_null(value: float) -> float | None:
    """A number for JSON; None for NaN."""
    return None if math.isnan(value) else float(value)
