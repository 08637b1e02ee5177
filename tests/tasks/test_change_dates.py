"""Dates in tables and in names of files, and documents in ZIP files."""

import pytest

from elmo.errors import InputError
from elmo.tasks.change.dates import are_moments, later_than, middle, moment, moment_in_name
from elmo.tasks.change.documents import DATE, FOLDER, NAME, columns, read_documents
from tests.zips import zip_bytes

WHOLE = zip_bytes({"a.txt": b"One two three."})
DAMAGED_INSIDE = (
    WHOLE[:35] + b"\xff" * 4 + WHOLE[39:]
)  # the packed text begins after 30 bytes and the name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1950", (1950,)),
        ("-3.5", (-3.5,)),
        ("1950-06", (1950, 6)),
        ("1950/06/01", (1950, 6, 1)),
        ("1950-06-01T12:30:00Z", (1950, 6, 1)),
        ("1950-06-01 12:30", (1950, 6, 1)),
        ("01.06.1950", (1950, 6, 1)),
        ("13/6/1950", (1950, 6, 13)),
        ("6/13/1950", (1950, 6, 13)),
        ("3/4/1950", (1950,)),
        ("1 June 1950", (1950, 6, 1)),
        ("1st Sept. 1950", (1950, 9, 1)),
        ("June 1, 1950", (1950, 6, 1)),
        ("Jun 1950", (1950, 6)),
        ("1950s", (1950,)),
        ("c. 1950", (1950,)),
        ("1810-1860", (1810,)),
        ("1810–60", (1810,)),
        ("", None),
        ("unknown", None),
        ("1950-13-01", None),
        ("Foo 1950", None),
        ("nan", None),
        ("inf", None),
    ],
)
def test_dates_of_many_forms_are_read(text, expected):
    assert moment(text) == expected
    assert moment(f"  {text} ") == expected


def test_a_border_parts_values_and_leaves_out_those_that_cannot_be_told():
    is_new = later_than("1950-06-01")
    values = ("1949", "1950-05-31", "1950-06-01", "1950", "June 1950", "1951", "n.d.")
    assert [is_new(value) for value in values] == [False, False, True, None, None, True, None]
    with pytest.raises(InputError, match="the border is 'last year'"):
        later_than("last year")


def test_the_middle_of_a_column_parts_its_rows():
    values = ["1900", "1910", "n.d.", "1920", "1930"]
    assert are_moments(values) and not are_moments(["news", "fiction", "1900"])
    assert middle(values) == "1920"
    assert middle(["1900", "1900"]) == middle([]) == ""
    assert middle(["1900", "1900", "1900", "1910"]) == "1910"


@pytest.mark.parametrize(
    ("name", "date"),
    [
        ("a/1950.txt", "1950"),
        ("1900-1999/1950.txt", "1950"),
        ("1950/letter.txt", "1950"),
        ("speech-1950-06-01.txt", "1950-06-01"),
        ("18991231_letter.txt", "1899-12-31"),
        ("1950_06.txt", "1950-06"),
        ("page 12345.txt", ""),
        ("letter.txt", ""),
    ],
)
def test_dates_stand_in_names(name, date):
    assert moment_in_name(name) == date


def test_documents_of_a_zip_file_are_read_and_hidden_ones_left_out():
    data = zip_bytes(
        {
            "news/1990.txt": b"One.",
            "books/1890.txt": "Zw\u00f6lf.".encode(),
            "__MACOSX/a.txt": b"x",
            "a/.b.txt": b"x",
            "c.pdf": b"x",
        }
    )
    texts = read_documents(data, "texts.zip", 1000)
    assert texts == {"news/1990.txt": "One.", "books/1890.txt": "Zw\u00f6lf."}
    by_name = columns(list(texts))
    assert by_name == {DATE: ["1990", "1890"], FOLDER: ["news", "books"], NAME: list(texts)}
    assert columns(["a.txt"]) == {}


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"no zip", "cannot be read as a ZIP file"),
        (zip_bytes({"a.pdf": b"x"}), "has no text in it"),
        (zip_bytes({"a.txt": b"  "}), "has no text in it"),
        (zip_bytes({"a.txt": b"x" * 100_000}), "have more than 0 MB"),
        (zip_bytes({"a.txt": b"a\0b"}), "a.txt"),
        (zip_bytes({"a.txt": b"x" * 50})[:60], "cannot be read as a ZIP file"),
        (DAMAGED_INSIDE, "cannot be read as a ZIP file"),
    ],
)
def test_a_bad_zip_file_is_refused(data, problem):
    with pytest.raises(InputError, match=problem):
        read_documents(data, "texts.zip", 1000)
