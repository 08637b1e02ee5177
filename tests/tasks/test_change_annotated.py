"""A uses.csv as both sides of its words, and a judgments.csv as gold: planted changes are found in them."""

import json

import numpy as np
import pytest

from elmo.cli import main
from elmo.errors import InputError
from elmo.explore.change import rank_correlation
from elmo.tasks.change.annotated import (
    against_judgments,
    is_uses_file,
    measure_annotated,
    read_words,
)
from elmo.tasks.change.wug import GroupedUse, read_judgments, uses_table
from elmo.tokenizer import tokenize
from elmo.usages import Usage

SHARES = {f"word{letter}": 0.1 * number for number, letter in enumerate("abcdefg")}


def by_neighbours(uses):
    """Vectors that tell two senses apart: by whether "river" or "money" stands beside the word."""
    rng = np.random.default_rng(len(uses))
    signs = [[1.0, 0.0] if "river" in use.tokens else [0.0, 1.0] for use in uses]
    return np.concatenate([signs, np.ones((len(uses), 1))], axis=1) + 0.1 * rng.normal(
        size=(len(uses), 3)
    )


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A uses.csv whose words gain a second sense in known shares, and judgments of its pairs by these senses."""
    folder = tmp_path_factory.mktemp("wug")
    uses, judged = [], ["identifier1\tidentifier2\tannotator\tjudgment"]
    for word, share in SHARES.items():
        of_word = []
        for grouping, part in (("1", 0.1), ("2", 0.1 + share)):
            for n in range(20):
                sense = "river" if n < part * 20 else "money"
                text = f"The {word} of the {sense} number {n} was there ."
                use = Usage(text, tokenize(text).tokens, 1)
                of_word.append(GroupedUse(word, grouping, f"{word}-{grouping}-{n}", use))
        uses += of_word
        for i, first in enumerate(of_word):
            for second in of_word[i + 1 :: 7]:
                same = ("river" in first.use.tokens) == ("river" in second.use.tokens)
                judged.append(f"{second.identifier}\t{first.identifier}\tme\t{4 if same else 1}")
    (folder / "uses.csv").write_text(uses_table(uses), encoding="utf-8")
    (folder / "judgments.csv").write_text("\n".join(judged) + "\n")
    return folder


def test_planted_changes_are_ranked_and_agree_with_the_judgments(files):
    words = read_words(files / "uses.csv", 200, 0)
    assert list(words) == list(SHARES)
    judged = read_judgments(files / "judgments.csv")
    results = [measure_annotated(word, by_neighbours, judged, 0) for word in words.values()]
    rows = [row for row, _ in results]
    for name in ("apd", "prt", "jsd"):
        values = [getattr(row.change, name).value for row in rows]
        assert rank_correlation(values, list(SHARES.values())) > 0.8
    gold = against_judgments(rows, {row.word: pairs for row, pairs in results})
    assert gold["n"] == 7 and gold["n_pairs"] == len(judged)
    assert gold["spearman_pairs"] > 0.7
    assert min(gold["spearman"].values()) > 0.8
    assert min(gold["average_precision"].values()) > 0.8
    assert gold["average_precision_pairs"] > gold["unrelated_pairs"] + 0.3


def test_fewer_uses_are_drawn_by_the_seed_and_few_are_told(files, tmp_path):
    drawn = read_words(files / "uses.csv", 7, 3)["wordb"].drawn
    assert (len(drawn.old), len(drawn.new), drawn.n_old, drawn.names) == (7, 7, 20, ("1", "2"))
    row, pairs = measure_annotated(
        read_words(files / "uses.csv", 4, 0)["wordb"], by_neighbours, None, 0
    )
    assert pairs is None and "at least 5" in (row.problem or "")
    assert is_uses_file(files / "uses.csv") and not is_uses_file(files / "judgments.csv")
    one_side = (files / "uses.csv").read_text().replace("\t2\t", "\t1\t")
    (tmp_path / "one.csv").write_text(one_side)
    with pytest.raises(InputError, match=r"has 1 groupings \(1\), expected 2"):
        read_words(tmp_path / "one.csv", 200, 0)


def test_the_command_reads_them(files, capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("ELMO_HOME", str(tmp_path))
    uses, judgments = str(files / "uses.csv"), str(files / "judgments.csv")
    command = ["change", uses, uses, "worda", "wordd", "wordg", "--gold", judgments]
    assert main([*command, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {word["word"] for word in found["words"]} == {"worda", "wordd", "wordg"}
    assert set(found["gold"]["spearman"]) == {"apd", "prt", "jsd"} and found["gold"]["n"] == 3
    assert main(command) == 0
    told = capsys.readouterr().out
    assert "average precision" in told and "(chance " in told and "words: Spearman's" in told
    assert main(["change", uses, uses, "nowhere"]) == 1
    assert "has no lemma 'nowhere'" in capsys.readouterr().err
    assert main([*command, "--output", str(tmp_path / "rows")]) == 1
    assert "--output and --report" in capsys.readouterr().err


def test_several_annotators_are_averaged_and_a_wrong_judgment_is_named(tmp_path):
    file = tmp_path / "judgments.csv"
    head = "identifier1\tidentifier2\tannotator\tjudgment\n"
    file.write_text(f"{head}a\tb\tx\t1\nb\ta\ty\t4\na\tc\tx\t0\n")
    assert read_judgments(file) == {("a", "b"): 2.5}
    file.write_text(f"{head}a\tb\tx\tfive\n")
    with pytest.raises(InputError, match="line 2: judgment is 'five'"):
        read_judgments(file)
