"""No cell of a downloaded table is a formula, whichever separator the spreadsheet goes by."""

import csv
import io

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hostile.nasty import NASTY
from ui.shared import downloads

_BEGINNINGS = tuple("=+-@＝＋－＠\t\r")
formulas = st.lists(
    st.sampled_from(["=1+1", "+1", "-1", "@SUM(A1)", ";", "\t", "\n", "\r", ",", '"', " ", "a"]), max_size=8
).map("".join)  # fmt: skip


def no_formula(data: bytes, delimiters: str) -> None:
    text = data.decode("utf-8-sig")
    for delimiter in delimiters:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            for cell in row:
                assert not cell.lstrip(" ").startswith(_BEGINNINGS), (delimiter, cell[:80])


def no_formula_in_workbook(data: bytes) -> None:
    for row in openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows():
        for cell in row:
            assert cell.data_type != "f" and not str(cell.value or "").startswith("=")


def table(text: str) -> pd.DataFrame:
    return pd.DataFrame({text: ["a", text], "b": [text, f"a {text}"], "c": [text[1:], text[:5]]})


@pytest.mark.parametrize("name", NASTY)
def test_the_list(name):
    text = NASTY[name].encode("utf-8", "replace").decode()
    no_formula(downloads.csv_bytes(table(text)), ",;\t")
    no_formula(downloads.metadata_tsv(table(text)), "\t")
    no_formula_in_workbook(downloads.xlsx_bytes(table(text)))


@given(text=formulas)
def test_generated(text):
    no_formula(downloads.csv_bytes(table(text)), ",;\t")
    no_formula(downloads.metadata_tsv(table(text)), "\t")
