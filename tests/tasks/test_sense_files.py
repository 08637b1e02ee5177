"""Evaluation files: one line that names file, line, value and expectation; the same data in any form."""

from pathlib import Path

import pytest

from elmo.cli import main
from elmo.errors import ElmoError
from elmo.tasks.senses.word_in_context import read_wic
from elmo.tasks.senses.word_senses import read_coarsewsd, read_labelled

DATA = "1\tthe bank raised its rates\n4\twe sat on river banks today\n"
PAIRS = "bank\tN\t1-4\tthe bank raised its rates\twe sat on river bank\n"
PAIRS += "run\tV\t1-1\tthey ran fast\tshe runs home\n"
CALL = "call\tV\t3-0\tThe engineer called round again\tCall roll .\n"


def wsd(folder: Path, data: str | bytes = DATA, gold: str = "0\n1\n") -> Path:
    (folder / "bank").mkdir()
    for split in ("train", "test"):
        (folder / "bank" / f"{split}.gold.txt").write_text(gold)
        (folder / "bank" / f"{split}.data.txt").write_bytes(
            data.encode() if isinstance(data, str) else data
        )
    return folder


def wic(folder: Path, data: str = PAIRS, gold: str = "T\nF\n") -> Path:
    (folder / "dev").mkdir()
    (folder / "dev" / "dev.gold.txt").write_text(gold)
    (folder / "dev" / "dev.data.txt").write_text(data)
    return folder


@pytest.mark.parametrize(
    "data",
    [
        DATA.encode(),
        b"\xef\xbb\xbf" + DATA.encode(),
        DATA.replace("\n", "\r\n").encode(),
        DATA.replace("\n", "\r").encode(),
        DATA.encode("utf-16"),
        DATA.encode() + b"\n\n",
        DATA.replace("today", "\u2028today").encode(),
    ],
)
def test_the_same_uses_are_read_from_any_form_of_the_file(tmp_path, data):
    (word,) = read_coarsewsd(wsd(tmp_path, data))
    assert [use.form for use in word.test] == ["bank", "banks"]
    assert [use.sense for use in word.train] == ["0", "1"]


@pytest.mark.parametrize(
    ("data", "gold", "message"),
    [
        (DATA.replace("4", "9"), "0\n1\n", "line 2: the index is '9', expected a whole number from 0 to 5"),
        (DATA.replace("4", "-1"), "0\n1\n", "line 2: the index is '-1'"),
        (DATA.replace("4", "x"), "0\n1\n", "line 2: the index is 'x'"),
        (DATA.replace("4", "3"), "0\n1\n", "line 2: index 3 is 'river', expected a form of 'bank'; it stands at 4"),
        (DATA.replace("banks", "side"), "0\n1\n", "it is not in the sentence"),
        (DATA.replace("sat on", "sat\ton"), "0\n1\n", "line 2 has 3 parts between tabs"),
        (DATA.replace("\n4", "\n\n4"), "0\n1\n2\n", "line 2 has 1 parts between tabs"),
        (DATA, "0\n", "has 2 lines and test.gold.txt 1|has 2 lines and train.gold.txt 1"),
        (DATA, "0\n1 2\n", "line 2 is '1 2', expected one label"),
        (DATA.replace("today", "café").encode("cp1252"), "0\n1\n", "line 2 is not UTF-8"),
    ],
)  # fmt: skip
def test_wrong_lines_of_senses_are_named(tmp_path, capsys, data, gold, message):
    with pytest.raises(ElmoError, match=message):
        read_coarsewsd(wsd(tmp_path, data, gold))
    assert main(["evaluate", "wsd", str(tmp_path)]) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and ".txt" in error


@pytest.mark.parametrize(
    ("data", "gold", "message"),
    [
        (PAIRS.replace("1-4", "1-8"), "T\nF\n", "line 1: the index is '8'"),
        (PAIRS.replace("1-4", "2-4"), "T\nF\n", "line 1: index 2 is 'raised', expected a form of 'bank'"),
        (PAIRS.replace("1-4", "1"), "T\nF\n", "line 1: the indices are '1', expected two"),
        (PAIRS.replace("1-4", "1-2-3"), "T\nF\n", "the indices are '1-2-3'"),
        (PAIRS, "T\nX\n", "line 2: the label is 'X', expected T or F"),
        (PAIRS.replace("\tN\t", "\t"), "T\nF\n", "line 1 has 4 parts between tabs"),
        (CALL.replace("3-0", "4-0"), "T\n", "index 4 is 'again', expected a form of 'call'"),
    ],
)  # fmt: skip
def test_wrong_lines_of_pairs_are_named(tmp_path, data, gold, message):
    with pytest.raises(ElmoError, match=message):
        read_wic(wic(tmp_path, data, gold), "dev")


def test_pairs_with_irregular_forms_particles_and_blank_last_lines_are_read(tmp_path):
    pairs = read_wic(wic(tmp_path, PAIRS + CALL + "\n", "T\nF\nT\n"), "dev")
    assert [use.form for use in pairs.first] == ["bank", "ran", "round"]
    assert pairs.same.tolist() == [True, False, True]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (b"sentence\tsense\n", "has the columns sentence, sense; expected"),
        (b"sentence\tform\toccurrence\tsense\nA bank.\tbank\tx\ta\n", "line 2: occurrence is 'x'"),
        (b"sentence\tform\toccurrence\tsense\nA bank.\tbank\t1\ta\n", "line 2: 'bank' stands 1 times"),
        (b"sentence\tform\toccurrence\tsense\nA caf\xe9.\tcaf\xe9\t\ta\n", "line 2 is not UTF-8"),
        (b"sentence\tform\n\nA bank.\tbank\nA bank.\t\n", "line 4: the sentence or its form is empty"),
    ],
)  # fmt: skip
def test_wrong_tables_of_uses_are_named(tmp_path, table, message):
    (tmp_path / "bank.tsv").write_bytes(table)
    with pytest.raises(ElmoError, match=message):
        read_labelled(tmp_path)
