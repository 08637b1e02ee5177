"""Change between two sets of texts: sides, one word, a list that goes on, controls, the command."""

import json
from dataclasses import replace

import numpy as np
import pytest

from elmo import Elmo
from elmo.cli import main
from elmo.corpus.build import build_index
from elmo.corpus.index import CorpusIndex
from elmo.corpus.tables import read_table
from elmo.errors import InputError
from elmo.explore.change import rank_correlation
from elmo.tasks.change.controls import among_controls, control_words
from elmo.tasks.change.measure import measure_word
from elmo.tasks.change.rows import Row, measure_list, row_of, with_rates
from elmo.tasks.change.sides import Side, draw, joined_forms
from elmo.tasks.change.table import COLUMNS, write_table
from elmo.tasks.change.texts import Split, open_side, open_split, read_words
from elmo.usages import EXAMPLES
from elmo.views import read
from elmo.views.exploration import SIDES

RNG = np.random.default_rng(0)


def by_neighbours(uses):
    """Vectors that tell two senses apart: by whether "river" or "money" stands beside the word."""
    rng = np.random.default_rng(len(uses))
    signs = [[1.0, 0.0] if "river" in use.tokens else [0.0, 1.0] for use in uses]
    return np.concatenate([np.array(signs), np.ones((len(uses), 1))], axis=1) + 0.1 * rng.normal(
        size=(len(uses), 3)
    )


def corpus(folder, name, shares, n=20) -> CorpusIndex:
    """An index of n sentences a word, `share` of them with "river" and the rest with "money"."""
    lines = [
        f"The {word} of the {'river' if number < share * n else 'money'} number {number} was there."
        for word, share in shares.items()
        for number in range(n)
    ]
    file = folder / f"{name}.txt"
    file.write_text("\n".join(lines) + "\n")
    return build_index([str(file)], folder / f"{name}.index")


@pytest.fixture(scope="module")
def sides(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sides")
    planted = {f"word{letter}": 0.1 * number for number, letter in enumerate("abcdefghi")}
    old = Side("old", corpus(folder, "old", dict.fromkeys(planted, 0.1)))
    new = Side("new", corpus(folder, "new", {w: 0.1 + share for w, share in planted.items()}))
    yield old, new
    old.index.close()
    new.index.close()


def test_planted_shares_are_ranked_and_lie_in_their_intervals(sides):
    words = [f"word{letter}" for letter in "abcdefghi"]
    rows = list(measure_list(words, sides, by_neighbours))
    planted = [0.1 * number for number in range(9)]
    for name in ("apd", "prt", "jsd"):
        values = [getattr(row.change, name).value for row in rows]
        assert rank_correlation(values, planted) > 0.8, name
    found = measure_word("wordf", sides, by_neighbours)
    (gained, lost) = found.shares
    assert (gained.n_old, gained.n_new) == (2, 12)
    assert gained.new[1] <= 0.6 <= gained.new[2]
    assert lost.old[0] == pytest.approx(0.9)
    ranked = with_rates(rows)
    assert ranked[0].word == "wordi"
    assert all(row.q >= row.change.p - 1e-12 for row in ranked)


def test_as_many_uses_are_drawn_on_each_side_by_the_seed(sides):
    drawn = draw("worda", sides, 7, seed=1)
    assert (len(drawn.old), len(drawn.new), drawn.n_old, drawn.n_new) == (7, 7, 20, 20)
    assert drawn == draw("worda", sides, 7, seed=1)
    assert drawn != draw("worda", sides, 7, seed=2)


def test_a_word_with_too_few_uses_says_so_and_the_list_goes_on(sides):
    with pytest.raises(InputError, match="'nowhere' stands 0 times in old and 0 times in new"):
        measure_word("nowhere", sides, by_neighbours)
    rows = with_rates(measure_list(["nowhere", "wordi"], sides, by_neighbours))
    assert [row.word for row in rows] == ["wordi", "nowhere"]
    assert rows[1].change is None
    assert "at least 5 uses" in rows[1].problem
    assert [Row.from_dict(row.to_dict()) for row in rows] == rows


def test_an_interrupted_list_goes_on_where_it_was(sides, tmp_path):
    file, words = tmp_path / "rows.jsonl", ["worda", "wordb", "wordc"]
    calls = []

    def counted(uses):
        calls.append(len(uses))
        return by_neighbours(uses)

    measuring = measure_list(words, sides, counted, file=file, settings={"seed": 0})
    first = next(measuring)
    measuring.close()
    with file.open("a") as lines:
        lines.write('{"word": "wordb", "n_')  # the process ended in the middle of a line
    rows = list(measure_list(words, sides, counted, file=file, settings={"seed": 0}))
    assert rows[0] == first
    assert len(calls) == 3
    assert rows == list(measure_list(words, sides, by_neighbours))
    with pytest.raises(InputError, match="begun with other settings"):
        list(measure_list(words, sides, counted, file=file, settings={"seed": 1}))


def test_control_words_are_as_frequent_and_the_word_is_counted_among_them(sides):
    controls = control_words("wordi", sides, 4)
    assert len(controls) == 4
    assert "wordi" not in controls
    assert controls == control_words("wordi", sides, 4)
    measured = [row_of(w, sides, by_neighbours, 20, 0) for w in ("worda", "wordb", "nowhere")]
    row = among_controls(row_of("wordi", sides, by_neighbours, 20, 0), measured)
    assert row.controls == (2, 2)


def test_documents_of_one_index_are_two_sides(tmp_path):
    for name, text in (("1990", "An old word here."), ("2020", "A new word here.")):
        (tmp_path / f"{name}.txt").write_text(f"{text}\n" * 6)
    build_index([str(tmp_path / "1990.txt"), str(tmp_path / "2020.txt")], tmp_path / "all.index")
    old, new = (open_side(tmp_path / "all.index", pattern, tmp_path) for pattern in ("19*", "20*"))
    drawn = draw("word", (old, new))
    assert {use.tokens[1] for use in drawn.old} == {"old"}
    assert {use.tokens[1] for use in drawn.new} == {"new"}
    with pytest.raises(InputError, match="names no document of .*1990.txt, 2020.txt"):
        open_side(tmp_path / "all.index", "18*", tmp_path)
    for side in (old, new):
        side.index.close()


def test_a_list_of_words_is_read_from_lines_or_a_first_column(tmp_path):
    file = tmp_path / "words.tsv"
    file.write_text("\ufeffcell\t0.7\nNew York\n\ncell\n", encoding="utf-8")
    assert read_words(file) == ["cell", "New York"]
    file.write_text("\n")
    with pytest.raises(InputError, match="names no words"):
        read_words(file)


def test_the_command_finds_the_planted_words_of_the_example(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("ELMO_HOME", str(tmp_path))
    old, new = (str(EXAMPLES / "change" / f"{name}.txt") for name in ("old", "new"))
    gold = tmp_path / "gold.tsv"
    gold.write_text("mouse\t1\ncell\t1\nstream\t1\ncoat\t0\ngarden\t0\nhorse\t0\n")
    arguments = ["change", old, new, "--words", str(gold), "--controls", "0"]
    assert main([*arguments, "--gold", str(gold), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {word["word"] for word in found["words"][:3]} == {"mouse", "cell", "stream"}
    for word in found["words"]:
        for name in ("apd", "prt", "jsd"):
            assert set(word[name]) == {"value", "low", "high", "p"}
        assert (word["q"] <= 0.05) == (word["word"] in ("mouse", "cell", "stream"))
    assert found["gold"]["spearman"]["prt"] > 0.8
    assert min(found["gold"]["average_precision"].values()) > 0.8
    assert main([*arguments, "--output", str(tmp_path / "rows.jsonl")]) == 0
    told = capsys.readouterr().out
    assert "no change that can be told from chance" in told
    assert (tmp_path / "rows.jsonl").read_text().count("\n") == 7


def test_the_command_says_what_is_wrong(tmp_path, capsys):
    assert main(["change", str(tmp_path / "a.index"), str(tmp_path / "b.index"), "bank"]) == 1
    assert "a.index was not found" in capsys.readouterr().err
    for name in ("texts.csv", "texts.md"):
        (tmp_path / name).write_text("text,year\n" * 6)
    assert main(["change", str(tmp_path / "texts.csv"), str(tmp_path / "texts.md"), "bank"]) == 1
    assert "texts.csv is a table: name it twice" in capsys.readouterr().err
    assert open_side(tmp_path / "texts.md", None, tmp_path).count("text") == 6
    assert main(["change", "a.index", "b.index"]) == 1
    assert "there is no word to compare" in capsys.readouterr().err


def test_other_forms_are_joined_and_told_on_request(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("ELMO_HOME", str(tmp_path / "home"))
    texts = {"old": ["A mouse ran."] * 6 + ["Two mice ran."] * 3, "new": ["The mouse ran."] * 7}
    for name, lines in texts.items():
        (tmp_path / f"{name}.txt").write_text("\n".join(lines))
    alone = [open_side(tmp_path / f"{name}.txt", None, tmp_path) for name in texts]
    old, new = (replace(side, with_forms=True) for side in alone)
    assert (alone[0].count("mouse"), old.count("mouse"), new.count("mouse")) == (6, 9, 7)
    assert {use.form for use in old.draw("mouse", 9, 0)} == {"mouse", "mice"}
    assert joined_forms("mouse", (old, new)) == "mice (3 and 0)"
    assert joined_forms("mouse", (alone[0], alone[1])) == ""
    assert "mice" not in control_words("mouse", (old, new))
    command = ["change", str(tmp_path / "old.txt"), str(tmp_path / "new.txt"), "mouse"]
    assert main([*command, "--controls", "0", "--forms", "--json"]) == 0
    (word,) = json.loads(capsys.readouterr().out)["words"]
    assert word["forms"] == {"old": {"mice": 3}, "new": {}} and word["n_old"] == 9


def test_control_words_are_used_in_like_places(tmp_path):
    nouns = [f"noun{a}" for a in "abcdefgh"]
    verbs = [f"verb{a}" for a in "abcdefgh"]
    lines = [f"The {noun} was there ." for noun in nouns for _ in range(9)]
    lines += [f"They {verb} it ." for verb in verbs for _ in range(9)]
    (tmp_path / "texts.txt").write_text("\n".join(lines))
    side = open_side(tmp_path / "texts.txt", None, tmp_path)
    assert control_words("nouna", (side, side), 5) == nouns[1:6]
    assert control_words("verbc", (side, side), 5) == [v for v in verbs if v != "verbc"][:5]


def test_one_table_or_one_index_is_split(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("ELMO_HOME", str(tmp_path / "home"))
    rows = [f"{1900 + 10 * n},letter,Page {n} has a word ." for n in range(12)]
    rows += ["n.d.,diary,A word without a date ."]
    table = tmp_path / "texts.csv"
    table.write_text("\n".join(["year,genre,text", *rows]))
    old, new = open_split(table, Split("year", "1950"), tmp_path)
    assert (old.name, new.name) == ("texts before 1950", "texts from 1950")
    assert (old.count("word"), new.count("word")) == (5, 7)
    old, new = open_split(table, Split("genre", old=("diary",), new=("letter",)), tmp_path)
    assert (old.count("word"), new.count("word")) == (1, 12)
    for split, problem in (
        (Split("year", "2024"), "no row is new"),
        (Split("year", "last year"), "the border is 'last year'"),
        (Split("century", "1950"), "no column 'century'; its columns are year, genre, text"),
        (Split("genre"), "a split needs a border"),
        (Split(border="1950"), "is a table; name the column to split by"),
    ):
        with pytest.raises(InputError, match=problem):
            open_split(table, split, tmp_path)
    folder = tmp_path / "speeches"
    folder.mkdir()
    for name in ("speech-1930-05-01.txt", "speech_1960.txt", "speech.txt"):
        (folder / name).write_text("A word of the year.\n" * 6)
    old, new = open_split(folder, Split(border="1950"), tmp_path)
    assert (old.documents, new.documents) == (("speech-1930-05-01.txt",), ("speech_1960.txt",))
    with pytest.raises(InputError, match="has documents and no columns"):
        open_split(folder, Split("year", "1950"), tmp_path)
    with pytest.raises(InputError, match="nowhere was not found"):
        open_split(tmp_path / "nowhere", Split("year", "1950"), tmp_path)
    with pytest.raises(InputError, match="no document of .* is new by the date in its name"):
        open_split(folder, Split(border="1999"), tmp_path)
    command = [
        "change",
        str(table),
        str(table),
        "word",
        "--split",
        "year",
        "--new-from",
        "1950",
        "--controls",
        "0",
    ]
    sentences, embed = [], Elmo.embed

    def counted(elmo, rows, *arguments):
        rows = list(rows)
        sentences.extend(map(tuple, rows))
        return embed(elmo, rows, *arguments)

    monkeypatch.setattr(Elmo, "embed", counted)
    assert main([*command, "--report", str(tmp_path / "word.html"), "--json"]) == 0
    (word,) = json.loads(capsys.readouterr().out)["words"]
    assert (
        len(sentences) == len(set(sentences)) > 0
    )  # the figures, details and report share readings
    assert (word["n_old"], word["n_new"]) == (5, 7)
    assert sum(group["new"]["uses"] for group in word["groups"]) == 5
    assert set(word["substitutes"]["new"]) == {"nearest", "more"}
    saved = read(tmp_path / "word.html")
    assert (saved.labels_are, saved.senses) == (SIDES, ("texts before 1950", "texts from 1950"))
    assert saved.representation("halves added").figures["apd"].value == word["apd"]["value"]
    assert main([*command[:3], "other", *command[3:], "--report", str(tmp_path / "two.html")]) == 1
    assert "--report is of one word" in capsys.readouterr().err


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_a_list_is_written_as_a_table(sides, tmp_path, ending):
    rows = with_rates(
        [row_of(word, sides, by_neighbours, 20, 0) for word in ("worda", "wordi", "nowhere")]
    )
    rows[-1] = replace(rows[-1], word="=1+1")
    write_table(rows, tmp_path / f"list{ending}")
    data = (tmp_path / f"list{ending}").read_bytes()
    table = read_table(data, f"list{ending}", header=True)
    assert tuple(table.columns) == COLUMNS
    assert [row[0] for row in table.rows] == [rows[0].word, rows[1].word, "'=1+1"]
    assert float(table.rows[0][3]) == pytest.approx(rows[0].change.apd.value)
    assert "nowhere" in table.rows[2][-1]
    with pytest.raises(InputError, match="ends in .csv or .xlsx"):
        write_table(rows, tmp_path / "list.ods")
