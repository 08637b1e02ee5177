"""Numbers are written by elmo.views.numbers, and nowhere in another way."""

import ast
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elmo.views.numbers import chance, percent, short, signed, significant, whole
from tests.conftest import ROOT

PLACES = ("ui", "pages", "elmo/views")
OWN_WAY = ("elmo/views/numbers.py", "elmo/views/duration.py")
_DECIMALS = re.compile(r"[fFeE%]$")
_NO_SPACE = re.compile(r"(?<!\.)\d%(?![\d{(<>])")


def other_forms(source: str) -> list[str]:
    """Formats with decimals or percent signs in f-strings, and percent signs close to a number, of a script."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            spec = ast.unparse(node.format_spec)[2:-1]
            if _DECIMALS.search(spec):
                found.append(f"line {node.lineno}: {ast.unparse(node.value)}:{spec}")
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            is_css = ";" in node.value and "{" in node.value
            if not is_css and _NO_SPACE.search(node.value):
                found.append(f"line {node.lineno}: {node.value[:60]!r}")
    return found


@pytest.mark.parametrize("place", PLACES)
def test_no_other_form_is_used(place):
    files = sorted((ROOT / place).rglob("*.py"))
    assert files
    found = [
        f"{path.relative_to(ROOT)} {form}"
        for path in files
        if str(path.relative_to(ROOT)) not in OWN_WAY
        for form in other_forms(path.read_text(encoding="utf-8"))
    ]
    assert not found, "use elmo.views.numbers:\n" + "\n".join(found)


def test_other_forms_are_seen():
    seen = 'f"{a:.2f} {b:,.0f} {c:.1%} {n:,} {name}"\n"95% of it"\n"95 % of it"\nf"{d:.{n}f}"'
    assert len(other_forms(seen)) == 5


def test_forms():
    assert [short(v) for v in (0.714, -0.05, 1, 0.999, 12.5, float("nan"))] == [
        ".71",
        "-.05",
        "1.00",
        "1.00",
        "12.50",
        "–",
    ]
    assert [signed(v) for v in (0.02, -0.05, 0.001)] == ["+.02", "-.05", ".00"]
    assert [significant(v) for v in (0.0042, 3.14e-7, 0.31, 12.3)] == [".0042", "3.1e-07", ".31", "12"]  # fmt: skip
    assert [percent(v) for v in (0.5, 0.954, 1)] == ["50 %", "95 %", "100 %"]
    assert [chance(p) for p in (0.0001, 0.024, 0.5)] == ["under 0.1 %", "2.4 %", "50 %"]
    assert whole(12345.6) == "12,346"


@given(st.floats(-1, 1), st.integers(1, 6))
def test_a_number_is_read_as_it_was(value, digits):
    assert float(short(value, digits)) == pytest.approx(value, abs=0.5001 * 10**-digits)
    assert not re.match(r"-?0\.", short(value, digits)) or float(short(value, digits)) == 0
