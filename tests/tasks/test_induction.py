"""Measures of sense induction, on cases that can be worked out by hand."""

import json

import numpy as np
import pytest
from sklearn.metrics import v_measure_score

from elmo.cli import main
from elmo.errors import CorpusError, InputError
from elmo.tasks.senses.contexts import read_contexts
from elmo.tasks.senses.induction import (
    fuzzy_b_cubed,
    fuzzy_nmi,
    measure_induction,
    paired_f,
    read_key,
)

GOLD = """bank.n bank.n.1 money/1
bank.n bank.n.2 money/1
bank.n bank.n.3 river/1
bank.n bank.n.4 river/1
"""


def keys(tmp_path, found: str):
    gold, answer = tmp_path / "gold.key", tmp_path / "found.key"
    gold.write_text(GOLD), answer.write_text(found)
    return gold, answer


def test_the_same_groups_under_other_names_are_perfect(tmp_path):
    same = GOLD.replace("money", "A").replace("river/1", "B")
    figures, by_word = measure_induction(*map(read_key, keys(tmp_path, same)))
    assert figures.v_measure == figures.fuzzy_b_cubed == figures.fuzzy_nmi == pytest.approx(1)
    assert (by_word["bank.n"].n_uses, figures.n_clusters) == (4, 2)


def test_one_cluster_and_all_alone(tmp_path):
    one = GOLD.replace("money", "A").replace("river", "A")
    figures, _ = measure_induction(*map(read_key, keys(tmp_path, one)))
    # Of the 3 others in the cluster one has the same sense: precision 1/3; recall 1; F = 1/2.
    assert figures.fuzzy_b_cubed == pytest.approx(0.5)
    assert figures.fuzzy_nmi == figures.v_measure == 0
    alone, _ = measure_induction(read_key(keys(tmp_path, "")[0]), {})
    assert alone.fuzzy_b_cubed == 0  # nobody shares a cluster: recall 0
    assert alone.homogeneity == pytest.approx(1)
    assert alone.completeness == pytest.approx(0.5)


def test_graded_labels_by_hand():
    gold = np.array([[1.0, 0.0], [0.5, 0.5]])
    found = np.array([[1.0], [1.0]])
    # C_gold(1, 2) = (1 - .5) + (1 - .5) = 1, C_found = 1: both agree fully.
    assert fuzzy_b_cubed(gold, found) == pytest.approx(1)
    apart = np.array([[1.0, 0.0], [0.0, 1.0]])
    # C_gold = 0 for two uses without a common sense; they share the cluster, so precision is 0.
    assert fuzzy_b_cubed(apart, found) == 0
    # Weights .6/.4 and .4/.6 against themselves: each sense has two values, 1 bit; nothing is lost.
    graded = np.array([[0.6, 0.4], [0.4, 0.6]])
    assert fuzzy_nmi(graded, graded) == pytest.approx(1)
    # One sense of 4 uses split in half by weight, clusters that cross it: no information.
    x = np.array([[1.0, 0], [1, 0], [0, 1], [0, 1]])
    y = np.array([[1.0, 0], [0, 1], [1, 0], [0, 1]])
    assert fuzzy_nmi(x, y) == pytest.approx(0)


def test_v_measure_is_scikit_learns_by_the_heaviest_sense(tmp_path):
    found = "".join(
        f"bank.n bank.n.{i} A/{a} B/{1 - a}\n" for i, a in ((1, 0.9), (2, 0.3), (3, 0.2), (4, 0.1))
    )
    figures, _ = measure_induction(*map(read_key, keys(tmp_path, found)))
    assert figures.v_measure == pytest.approx(v_measure_score([0, 0, 1, 1], [0, 1, 1, 1]))


def test_paired_f_by_hand():
    senses, clusters = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])
    # Pairs of one sense: (1,2), (3,4); of one cluster: (2,3), (2,4), (3,4); both: (3,4). P = 1/3, R = 1/2.
    assert paired_f(senses, clusters) == pytest.approx(2 * (1 / 3) * (1 / 2) / (1 / 3 + 1 / 2))
    assert paired_f(senses, senses) == 1
    assert paired_f(senses, np.arange(4)) == 0
    # All uses in one cluster: P = 2/6, R = 1.
    assert paired_f(senses, np.zeros(4, int)) == pytest.approx(0.5)


SEMEVAL_2010 = """<?xml version="1.0" encoding="UTF-8"?>
<{word}.test>
<{word}.1>A sentence with {other}. <TargetSentence>{first}</TargetSentence> The next &amp; last one.</{word}.1>
<{word}.2><TargetSentence>{second}</TargetSentence></{word}.2>
</{word}.test>
"""


def test_semeval_2010_has_a_file_a_word_and_does_not_mark_the_word(tmp_path):
    for folder, word, other, first, second in (
        ("nouns", "bank.n", "bank", "Both banks of the river flood .", "AT&amp;T owns the bank ."),
        ("verbs", "swim.v", "swim", "He swam to the shore .", "They were swiming all day ."),
    ):
        (tmp_path / folder).mkdir()
        text = SEMEVAL_2010.format(word=word, other=other, first=first, second=second)
        (tmp_path / folder / f"{word}.xml").write_text(text)
    contexts = read_contexts(tmp_path)
    forms = {name: use.form for uses in contexts.values() for name, use in uses.items()}
    assert forms == {
        "bank.n.1": "banks",
        "bank.n.2": "bank",
        "swim.v.1": "swam",
        "swim.v.2": "swiming",
    }
    assert contexts["bank.n"]["bank.n.1"].text == "Both banks of the river flood ."
    assert contexts["bank.n"]["bank.n.2"].text == "AT&T owns the bank ."
    assert read_contexts(tmp_path / "verbs" / "swim.v.xml") == {"swim.v": contexts["swim.v"]}


def test_files_that_are_not_keys_or_contexts(tmp_path):
    bad = tmp_path / "bad.key"
    bad.write_text("bank.n bank.n.1 money/x\n")
    with pytest.raises(InputError, match="line 1"):
        read_key(bad)
    with pytest.raises(CorpusError, match="cannot be read"):
        read_key(tmp_path / "none")
    with pytest.raises(InputError, match="no context"):
        read_contexts(bad)


def test_contexts_are_grouped_by_a_model_and_scored(tmp_path, capsys):
    """The bundled model tells rivers from rates in sentences as plain as these."""
    money = [
        "raised its interest rates",
        "approved the loan",
        "lent money to the firm",
        "cut its rates",
    ]
    river = [
        "of the river was muddy",
        "was covered in reeds",
        "was steep and wet",
        "was flooded by the river",
    ]
    instances = [
        f"The {'central' if s in money else 'grassy'} <head>bank</head> {s} ."
        for s in money + river
    ]
    file, gold = tmp_path / "contexts.xml", tmp_path / "gold.key"
    file.write_text(
        "<corpus>"
        + "".join(
            f'<instance id="bank.n.{i}" pos="n"><context>{s} R&amp;D</context></instance>'
            for i, s in enumerate(instances)
        )
        + "</corpus>"
    )
    gold.write_text(
        "".join(f"bank.n bank.n.{i} {'money' if i < 4 else 'river'}\n" for i in range(8))
    )
    uses = read_contexts(file)["bank.n"]
    assert uses["bank.n.0"].form == "bank"
    assert uses["bank.n.0"].tokens[-1] == "R&D" or "&" in uses["bank.n.0"].tokens
    answer = tmp_path / "answer.key"
    arguments = ["--contexts", str(file), "--write", str(answer), "--json"]
    assert main(["evaluate", "induction", str(gold), *arguments]) == 0
    told = json.loads(capsys.readouterr().out)
    assert 0 <= told["all"]["fuzzy_b_cubed"] <= 1
    assert main(["evaluate", "induction", str(gold), "--key", str(answer), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["all"] == told["all"]


def test_an_answer_to_other_uses_is_refused_and_missing_uses_are_told(tmp_path, capsys):
    gold, answer = keys(tmp_path, "bank.n bank.n.9 A/1\n")
    assert main(["evaluate", "induction", str(gold), "--key", str(answer)]) == 1
    assert "has none of the gold key's uses, such as 'bank.n.1'" in capsys.readouterr().err
    answer.write_text("bank.n bank.n.1 A/1\n")
    assert main(["evaluate", "induction", str(gold), "--key", str(answer)]) == 0
    assert "lacks 3 of the gold key's 4 uses" in capsys.readouterr().err
    answer.write_text("bank.n bank.n.1 A/1\nbank.n bank.n.1 B/1\n")
    with pytest.raises(InputError, match=r"line 2: 'bank.n.1' stands twice"):
        read_key(answer)
