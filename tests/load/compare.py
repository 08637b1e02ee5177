"""Whether two runs of a page show the same: the same words, and the same numbers but for rounding.

A sentence's vectors may differ in the last bit with what was computed beside it, so numbers are
compared with a tolerance: 1e-4 in data, one unit of the last digit shown in words.
"""

import base64
import json
import math
import re
from typing import Any

import numpy as np

from tests.load.session import Seen

_NUMBER = re.compile(r"(?<![\w])-?(?:\d[\d,]*)?\.?\d+(?:e[-+]?\d+)?")
_PASSING = ("empty", "progress", "spinner", "skeleton")
_KINDS = {"float32": "<f4", "int32": "<i4"}  # of an exploration's arrays, as base64


def differences(got: Seen, want: Seen) -> list[str]:
    """What differs, in words; empty when nothing does."""
    left = [e for e in got.elements if e[0] not in _PASSING]
    right = [e for e in want.elements if e[0] not in _PASSING]
    if [kind for kind, _ in left] != [kind for kind, _ in right]:
        return [f"other elements: {[k for k, _ in left]} instead of {[k for k, _ in right]}"]
    found = []
    for (kind, a), (_, b) in zip(left, right, strict=True):
        if a == b:
            continue
        (words_a, numbers_a), (words_b, numbers_b) = _parts(a), _parts(b)
        if words_a != words_b or len(numbers_a) != len(numbers_b):
            found.append(f"{kind}: {_first_difference(words_a, words_b)}")
            continue
        tolerance = 1e-4 if a.startswith("{") else 0.0101
        gap = np.abs(np.array(numbers_a) - np.array(numbers_b))
        gap /= np.maximum(1.0, np.abs(numbers_b))
        if np.nanmax(gap, initial=0) > tolerance:
            place = int(np.nanargmax(gap))
            found.append(f"{kind}: {numbers_a[place]} instead of {numbers_b[place]} in {a[:80]!r}")
    return found


def _parts(text: str) -> tuple[str, list[float]]:
    """A text without its numbers, and the numbers."""
    if text.startswith("{"):
        words: list[str] = []
        numbers: list[float] = []
        _collect(json.loads(text), words, numbers)
        return "\n".join(words), numbers
    found = [float(n.replace(",", "")) for n in _NUMBER.findall(text)]
    return _NUMBER.sub("#", text), found


def _collect(value: Any, words: list[str], numbers: list[float], name: str = "") -> None:
    if isinstance(value, dict):
        if "bdata" in value:
            numbers += np.frombuffer(base64.b64decode(value["bdata"]), value["dtype"]).tolist()
            return
        if {"dtype", "shape", "data"} <= set(value):
            numbers += np.frombuffer(
                base64.b64decode(value["data"]), _KINDS[value["dtype"]]
            ).tolist()
            return
        for key, item in value.items():
            if key != "key":  # of this process
                words.append(key)
                _collect(item, words, numbers, key)
    elif isinstance(value, list):
        words.append(f"{len(value)} items")
        for item in value:
            _collect(item, words, numbers, name)
    elif isinstance(value, bool) or value is None:
        words.append(str(value))
    elif isinstance(value, int | float):
        numbers.append(float(value) if math.isfinite(value) else math.nan)
    elif name == "exploration":
        _collect(json.loads(value), words, numbers)
    else:
        found = _NUMBER.findall(value)
        words.append(_NUMBER.sub("#", value))
        numbers += [float(n.replace(",", "")) for n in found]


def _first_difference(a: str, b: str) -> str:
    place = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), 0)
    return (
        f"{a[max(0, place - 60) : place + 80]!r} instead of {b[max(0, place - 60) : place + 80]!r}"
    )
