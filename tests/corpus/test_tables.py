"""Tables as people have them: separators, quotes, headers, encodings, workbooks, and limits."""

import csv
import datetime
import io
import time
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elmo.corpus import tables
from elmo.corpus.tables import (
    SEPARATORS,
    guess_labels,
    guess_labels_by_values,
    guess_sentences,
    read_sentences,
    read_table,
)
from elmo.errors import CorpusError, ElmoError, EncodingError, InputError

CELLS = st.text(st.sampled_from('ab ,;|\t"\n.é銀'), max_size=8)


def read(text: str, name: str = "t.csv", **how) -> tuple[list[str], list[list[str]]]:
    table = read_table(text.encode(), name, **how)
    return table.columns, table.rows


@pytest.mark.parametrize(
    ("text", "columns", "rows"),
    [
        ("sentence,label\nA bank.,x\n", ["sentence", "label"], [["A bank.", "x"]]),
        ("a;b\n1;2\n", ["a", "b"], [["1", "2"]]),
        ('"text; original",label\nA bank.,x\n', ["text; original", "label"], [["A bank.", "x"]]),
        ('"one, two";b\nA, b.;x\nC.;y\n', ["one, two", "b"], [["A, b.", "x"], ["C.", "y"]]),
        ("w|f,text,sense\nbank,A bank.,x\n", ["w|f", "text", "sense"], [["bank", "A bank.", "x"]]),
        ("sep=;\na;b\n1;2\n", ["a", "b"], [["1", "2"]]),
        ('"sep=;"\na;b\n1;2\n', ["a", "b"], [["1", "2"]]),
        ("sep=;;\na;b\n1;2\n", ["a", "b"], [["1", "2"]]),
        ("Sep =,\na,b\n1,2\n", ["a", "b"], [["1", "2"]]),
        ("sep=\\t\na\tb\n1\t2\n", ["a", "b"], [["1", "2"]]),
        ("sep=\t\na\tb\n1\t2\n", ["a", "b"], [["1", "2"]]),
        ("\n \nsep=;\na;b\n1;2\n", ["a", "b"], [["1", "2"]]),
        ("\n\na,b\n1,2\n", ["a", "b"], [["1", "2"]]),
        ('text, label\n"A, b", "x, y"\nC, z\n', ["text", "label"], [["A, b", "x, y"], ["C", "z"]]),
        ("text, in full;label\nA, b, c;x\nC;y\n", ["text, in full", "label"], [["A, b, c", "x"], ["C", "y"]]),
        ("x;y\n1,5;2,5\n3,5;4,5\n", ["x", "y"], [["1,5", "2,5"], ["3,5", "4,5"]]),
        ("sentence\nHello, world.\nYes, sir.\n", ["sentence"], [["Hello, world."], ["Yes, sir."]]),
        ("SEP=|\r\na|b\r\n1|2\r\n", ["a", "b"], [["1", "2"]]),
        ("sentence\nA bank, b.\nC; d.\n", ["sentence"], [["A bank, b."], ["C; d."]]),
        ('"text, as written"\n"A, b."\nC.\n', ["text, as written"], [["A, b."], ["C."]]),
        ("a,b\n 1 ,\t2 \n", ["a", "b"], [["1", "2"]]),
        ("a,b,,\n1,2,,\n", ["a", "b"], [["1", "2"]]),
        ("a,a,\n1,2,3\n", ["a", "a (2)", "column 3"], [["1", "2", "3"]]),
        ("a,b\n\n1\n , \n", ["a", "b"], [["1", ""]]),
        ('a,b\n"one\ntwo",x\n', ["a", "b"], [["one\ntwo", "x"]]),
        ('text\tlabel\n"Stop" he said.\tx\n5" disk\ty\n', ["text", "label"], [['"Stop" he said.', "x"], ['5" disk', "y"]]),
        ('text\tlabel\n"Twas night.\tx\nB.\ty\n', ["text", "label"], [['"Twas night.', "x"], ["B.", "y"]]),
        ('text,label\n"Stop" he said.,x\n', ["text", "label"], [['"Stop" he said.', "x"]]),
        ("text\tlabel\n\"A\tb\"\tx\n", ["text", "label"], [["A\tb", "x"]]),
        ("The bank fell.,money\nA bank rose.,x\n", ["column 1", "column 2"],
         [["The bank fell.", "money"], ["A bank rose.", "x"]]),
    ],
)  # fmt: skip
def test_what_people_write_is_read(text, columns, rows):
    if len(columns) == 3 and columns[2] == "column 3":
        text = text.replace("a,a,", "a,a, ,x").replace("1,2,3", "1,2,3,4")
        columns, rows = [*columns, "x"], [[*rows[0], "4"]]
    assert read(text) == (columns, rows)


@given(
    st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=1, max_size=6),
    st.sampled_from(list(SEPARATORS)),
    st.sampled_from(["utf-8-sig", "utf-16"]),
    st.sampled_from(["\n", "\r\n"]),
)
@settings(deadline=None)
def test_any_separator_is_found_whatever_stands_in_quotes(rows, separator, encoding, end):
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([["text, of;a|kind", "label"], *rows])
    kept = [[" ".join(cell.split(" ")).strip() for cell in row] for row in rows]
    kept = [row for row in kept if any(row)]
    if not kept:
        return
    table = read_table(out.getvalue().encode(encoding), "t.csv")
    assert table.columns == ["text, of;a|kind", "label"] and table.rows == kept
    assert table.n_blank == len(rows) - len(kept)


def test_what_was_understood_is_told():
    data = "sep=;\nsentence;sense\nA café.;x\n;\n".encode("cp1252")
    with pytest.raises(EncodingError, match="line 3 is not UTF-8"):
        read_table(data, "t.csv")
    table = read_table(data, "t.csv", encoding="cp1252")
    assert table.format_in_words() == (
        "Read as semicolon, Windows-1252: 2 columns (sentence, sense), 1 row; 1 blank row left out. "
        "The first row: A café. | x"
    )
    assert table.lines == [3]
    assert (
        "the first line is a row" in read_table(b"a,b\n", "t.csv", header=False).format_in_words()
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1,2,3\n", "t.csv, line 2: 3 cells, the header has 2"),
        ("sep=,\na,b\n1,2,3\n", "t.csv, line 3: 3 cells"),
        ("a,b\n", "no rows below its header"),
        ("", "no rows"),
        ('"sentence\n(original)";sense\nA bank.;x\n', "has a line break, so that the header takes two"),
        ("sentence;sense\n(original);(WordNet)\nA bank;x\n", "line 2: .*a second line of the header"),
        ("My corpus\nsentence,label\nA.,x\n", "line 1: 'My corpus' stands above the columns' names in line 2"),
        ("# by me\ntext\tlabel\nA\tx\n", "line 1: '# by me' stands above the columns' names"),
        ("My corpus\n\nsentence,label\nA.,x\n", "line 1: 'My corpus' stands above the columns' names in line 3"),
        ("# by me\n# 2020\ntext,label\nA.,x\n", "line 1: '# by me' stands above the columns' names in line 3"),
        ("sep=;\nBy me, 2020\nsentence;label\nA.;x\n", "line 2: 'By me, 2020' stands above"),
        ("sentence,sense\ntext,label\nA bank.,x\nB bank.,y\n", "line 2: 'text,label' looks like a second line"),
        ("Data,,Notes,\nsentence,word,sense,by\nA bank.,bank,x,me\n", "line 2: .*a second line of the header"),
        ("words;sense\nSentence;WordNet key\nA bank.;x\n", "line 2: 'Sentence;WordNet key' looks like"),
        ("body\tverdict\nstring\tnominal\nA bank.\tx\n", "line 2: .*a second line of the header"),
        ("text\nsentence\nA bank.\n", "line 2: 'sentence' looks like a second line"),
        ('a,b\n1,2\n"open,3\n4,5\n6,7\n', "t.csv, line 3: a quotation mark is opened and never closed"),
        (",".join(["a"] * 6000) + "\n1\n", "line 1: 6,000 columns, at most 1,000"),
        ("," * 60_000 + "\nx\n" * 9, "60,001 columns, at most 1,000"),
        ("a,b\n1," + "x" * 1_000_001 + "\n", "a cell has more than 1,000,000 characters"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named(text, message):
    start = time.process_time()
    with pytest.raises(InputError, match=message):
        read(text)
    assert time.process_time() - start < 3


PLAIN = [
    "The bank failed.,money",
    "A muddy bank.,river",
    "The bank lent.,money",
    "Banks rose.,money",
]


@pytest.mark.parametrize(
    "second", ["original,gold", "word in context,WordNet key", "Satz,Bedeutung"]
)
def test_a_second_header_of_plain_words_is_seen(second):
    for below in (PLAIN, PLAIN * 30):
        table = read_table("\n".join(["sentence,sense", second, *below]).encode(), "t.csv")
        assert table.notice is not None and table.notice.startswith("Line 2 (")
        assert second.split(",")[0] in table.notice
    few = read_table("\n".join(["sentence,sense", second, *PLAIN[:1]]).encode(), "t.csv")
    assert few.format_in_words().endswith(f"The first row: {second.replace(',', ' | ')}")


@pytest.mark.parametrize(
    "rows",
    [
        ["sentence,sense", "river bank,river", *PLAIN],  # a label that comes again
        [
            "sentence,id",
            "river bank,17",
            "The bank failed.,18",
            "A muddy bank.,19",
            "Banks rose.,20",
        ],
        ["sentence,key", "river bank,a", "The bank failed.,b", "A muddy bank.,c", "Banks rose.,d"],
        [
            "sentence,sense",
            "river bank,shore",
            "bank account,money",
            "bank loan,money",
            "bank job,money",
        ],
        ["text", "river bank", "The bank failed.", "A muddy bank.", "Banks rose."],
        ["word,label", "text,noun", "sentence,noun", "context,noun"],
        ["word,kind", "time,number", "bank,noun", "go,verb"],
        ["text,label", "(Applause.),noise", "(Laughter.),noise", "Hello there.,speech"],
        ["sentence,sense", *PLAIN],
    ],
)
def test_a_first_row_of_plain_words_is_a_row(rows):
    table = read_table("\n".join(rows).encode(), "t.csv")
    assert table.notice is None and len(table.rows) == len(rows) - 1


@given(
    st.lists(st.text("abc d", min_size=1, max_size=30).filter(str.strip), min_size=2, max_size=9),
    st.sampled_from([",", ";", "\t"]),
    st.booleans(),
)
@settings(deadline=None)
def test_no_first_row_with_a_label_of_other_rows_is_taken_for_a_header(texts, separator, ends):
    cells = [
        texts[0],
        *(f"{text.strip()} goes on{'.' if ends else ' for five words'}" for text in texts[1:]),
    ]
    lines = [separator.join(["sentence", "sense"])]
    lines += [
        separator.join([cell, f"sense {number % 2}"])
        for number, cell in enumerate([*cells, *cells[1:]])
    ]
    table = read_table("\n".join(lines).encode(), "t.csv")
    assert table.notice is None and table.rows[0][0] == texts[0].strip()


_PIECES = st.sampled_from(
    ["a", "text", "sentence", " ", ",", ";", "\t", "|", '"', '""', "\n", "\n\n", "\r", ".", "(x)", "string", "# c", "sep=;", "'", '"\n']
)  # fmt: skip


@given(st.lists(_PIECES, max_size=40).map("".join), st.sampled_from(["t.csv", "t.tsv"]))
@settings(deadline=None, max_examples=300)
def test_any_text_is_a_table_or_is_refused_in_words(text, name):
    try:
        table = read_table(text.encode(), name)
    except ElmoError as error:
        assert name in str(error)
    else:
        assert table.notice is None or table.notice.startswith("Line ")
        assert all(len(row) == len(table.columns) for row in table.rows)


def test_rows_and_cells_have_limits(monkeypatch):
    monkeypatch.setattr(tables, "MAX_TABLE_ROWS", 3)
    with pytest.raises(InputError, match="line 5: more than 3 rows"):
        read("a,b\n1,2\n1,2\n1,2\n1,2\n")
    monkeypatch.setattr(tables, "MAX_TABLE_CELLS", 4)
    with pytest.raises(InputError, match="line 4: more than 3 rows or 4 cells"):
        read("a,b\n1,2\n1,2\n1,2\n")
    monkeypatch.setattr(tables, "MAX_CELL_CHARACTERS", 20)
    with pytest.raises(InputError, match="line 2 has 21 characters, at most 20"):
        read_sentences(b"short\n" + b"x" * 21, "t.txt")
    with pytest.raises(InputError, match="empty"):
        read_sentences(b" \n", "t.txt")


def workbook(rows: list[list]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_is_a_table():
    day = datetime.datetime(2020, 5, 1)
    rows = [["sentence", "n", None], ["A bank, the café.", 3], [], [" B. ", 2.5, None], ["C.", day]]
    data = workbook(rows)
    table = read_table(data, "t.XLSX")
    assert table.columns == ["sentence", "n"]
    assert table.rows == [["A bank, the café.", "3"], ["B.", "2.5"], ["C.", "2020-05-01"]]
    assert table.lines == [2, 4, 5] and table.format_in_words().startswith(
        "Read as Excel, sheet Sheet:"
    )
    for rows, message in (
        (
            [["Data", None, "Notes"], ["sentence", "word", "sense", "by"]],
            "a second line of the header",
        ),
        (
            [["Data", None, "Notes", "x"], ["sentence", "word", "sense", "by"], ["A bank."]],
            "a second line",
        ),
        ([["Data", "Notes"], ["A bank.", "x", "me"]], "Write a name above each column"),
        ([["My corpus"], [], ["sentence", "sense"], ["A bank.", "x"]], "'My corpus' stands above"),
    ):
        with pytest.raises(InputError, match=message):
            read_table(workbook(rows), "t.xlsx")
    for bad in (b"no workbook", data[:500], data[:-200]):
        with pytest.raises(ElmoError, match="t.xlsx cannot be read as a workbook"):
            read_table(bad, "t.xlsx")
    with pytest.raises(CorpusError, match="t.csv is a ZIP archive"):
        read_table(data, "t.csv")
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(5):
            archive.writestr(str(number), bytes(50_000_000))
    with pytest.raises(InputError, match="unpacks to 250,000,000 bytes"):
        read_table(bomb.getvalue(), "t.xlsx")


def test_columns_are_guessed():
    table = read_table(b"sense\tcontext\nx\ta bank\n", "t.tsv")
    assert (guess_sentences(table), guess_labels(["none", "sense"])) == (1, 1)
    assert guess_sentences(read_table(b"a,b\nx,a longer one\n", "t.csv")) == 1
    assert guess_labels(["none", "other"]) == 0


def test_labels_are_guessed_by_their_values_where_no_name_is_usual():
    rows = [f"{i},{i % 2},Text {i} here,{'good' if i % 2 else 'bad'},{i % 3}x" for i in range(12)]
    table = read_table("\n".join(["id,stars,body,verdict,other", *rows]).encode(), "t.csv")
    choices = ["none", "id", "stars", "verdict", "other"]
    assert guess_labels_by_values(table, choices) == 3
    assert guess_labels_by_values(table, ["none", "id", "stars"]) == 0
