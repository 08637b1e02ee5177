"""Uses, judgments and targets in the formats of the field: read, written, refused."""

import csv
import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elmo.errors import InputError
from elmo.tasks.change.wug import (
    GroupedUse,
    judgments,
    judgments_table,
    read_targets,
    read_uses,
    uses_table,
)
from elmo.tokenizer import tokenize
from elmo.usages import Usage

SENTENCES = [
    ("He sat in his cell all day.", "cell"),
    ('She said "my cell" rang, twice.', "cell"),
    ("We flew to New York in May.", "New York"),
]


def use_of(text: str, word: str) -> Usage:
    tokens = tokenize(text).tokens
    parts = word.split()
    return Usage(text, tokens, tokens.index(parts[0]), length=len(parts))


def grouped() -> list[GroupedUse]:
    return [
        GroupedUse("cell_nn", str(number % 2 + 1), f"use-{number}", use_of(*row))
        for number, row in enumerate(SENTENCES)
    ]


def test_uses_are_read_as_they_were_written(tmp_path):
    file = tmp_path / "uses.csv"
    file.write_text(uses_table(grouped()), encoding="utf-8")
    assert read_uses(file) == grouped()
    assert [item.use.form for item in read_uses(file)] == [word for _, word in SENTENCES]


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30))
def test_any_text_around_a_word_keeps_its_place(tmp_path_factory, around):
    text = f"{around} cell {around}"
    tokens = tokenize(text).tokens
    if "cell" not in tokens:
        return
    use = Usage(text, tokens, tokens.index("cell"))
    file = tmp_path_factory.mktemp("wug") / "uses.csv"
    file.write_text(uses_table([GroupedUse("cell", "1", "a", use)]), encoding="utf-8")
    (found,) = read_uses(file)
    assert found.use.form == "cell"


def test_judgments_follow_the_quartiles():
    cosines = np.array([[1, 0.1, 0.5], [0.1, 1, 0.9], [0.5, 0.9, 1]])
    assert judgments(cosines)[np.triu_indices(3, 1)].tolist() == [1, 3, 4]
    table = judgments_table(grouped(), cosines, "model, layer 2")
    rows = csv.DictReader(io.StringIO(table), delimiter="\t")
    assert [(row["identifier1"], row["identifier2"], row["judgment"]) for row in rows] == [
        ("use-0", "use-1", "1"),
        ("use-0", "use-2", "3"),
        ("use-1", "use-2", "4"),
    ]


def test_targets_are_a_word_and_a_number(tmp_path):
    file = tmp_path / "targets.tsv"
    file.write_text("word\tchange\ncell_nn\t0.8\nbread\t0\n")
    assert read_targets(file) == {"cell_nn": 0.8, "bread": 0.0}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("lemma\tgrouping\n", "the column identifier, context, indexes_target_token is missing"),
        (
            "lemma\tgrouping\tidentifier\tcontext\tindexes_target_token\nw\t1\ta\tA cell.\t2-6\n",
            "line 2: indexes_target_token is '2-6', expected START:END",
        ),
        (
            "lemma\tgrouping\tidentifier\tcontext\tindexes_target_token\nw\t1\ta\tA cell.\t2:60\n",
            "from 0 to 7",
        ),
        (
            "lemma\tgrouping\tidentifier\tcontext\tindexes_target_token\nw\t1\ta\tA cell.\t1:2\n",
            "no word in it",
        ),
        (
            "lemma\tgrouping\tidentifier\tcontext\tindexes_target_token\nw\t1\ta\tA cell.\n",
            "line 2: 4 columns, expected 5",
        ),
        ("lemma\tgrouping\tidentifier\tcontext\tindexes_target_token\n", "has no rows"),
    ],
)
def test_a_wrong_table_of_uses_is_named(tmp_path, text, message):
    file = tmp_path / "uses.csv"
    file.write_text(text)
    with pytest.raises(InputError, match=message):
        read_uses(file)


def test_wrong_targets_are_named(tmp_path):
    file = tmp_path / "file.csv"
    file.write_text("cell\t1\ncell\t2\n")
    with pytest.raises(InputError, match="line 2: 'cell' stands twice"):
        read_targets(file)
    file.write_text("cell\t1\nbread\n")
    with pytest.raises(InputError, match="line 2: 'bread', expected a word"):
        read_targets(file)
    with pytest.raises(InputError, match="was not found"):
        read_targets(tmp_path / "none.tsv")
