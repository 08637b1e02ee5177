"""The tables in README.md and docs/downstream.md are those that `python -m benchmarks.downstream` measured."""

import pytest

from benchmarks.downstream import FIGURES, blocks, fill, rows
from tests.conftest import ROOT

TABLES = blocks(FIGURES.read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", ["README.md", "docs/downstream.md"])
def test_the_pages_tables_are_the_measured_ones(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    assert "<!-- downstream: " in text
    assert fill(text, TABLES) == text, "run python -m benchmarks.downstream"


def test_a_page_is_filled_between_its_marks():
    page = "a\n<!-- downstream: x -->\nold\n<!-- end -->\nb\n<!-- downstream: y -->\n<!-- end -->\n"
    filled = fill(page, {"x": "| new \\1 |", "z": "unused"})
    assert filled == page.replace("old", "| new \\1 |")


def test_rows_of_a_printed_table():
    printed = (
        "TF-IDF          0.778 [0.769, 0.785]\n"
        "Static + layer 1          0.720 [0.711, 0.728]   -0.058 [-0.067, -0.048]\n"
        "                        weights 0.3, 0.4, 0.3\n\nLearning curve\nTF-IDF  0.1 [0.1, 0.1]\n"
    )
    assert rows(printed) == [
        ("TF-IDF", ["0.778 [0.769, 0.785]"]),
        ("Static + layer 1", ["0.720 [0.711, 0.728]", "-0.058 [-0.067, -0.048]"]),
    ]
