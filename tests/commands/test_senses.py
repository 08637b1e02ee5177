"""`substitutes` and `senses`: what they print, for the bundled model on the examples."""

import json

import pytest

from elmo import Elmo
from elmo.cli import main
from elmo.explore.several import MIDDLE, Answer, Scale
from elmo.home import BUNDLED
from elmo.tasks.senses.reference import Reference, reference
from elmo.usages import read_examples


def test_substitutes_of_each_use_in_the_sentence(capsys):
    sentence = "The bank raised its rates ."
    assert main(["substitutes", sentence, "--word", "bank", "--json"]) == 0
    (use,) = json.loads(capsys.readouterr().out)
    assert use["position"] == 1
    assert {"company", "government"} & {word["word"] for word in use["both"]}
    assert main(["substitutes", sentence, "--word", "Rates", "--top", "3"]) == 0
    assert "The bank raised its [rates] ." in capsys.readouterr().out
    assert main(["substitutes", sentence, "--word", "river"]) == 1
    assert "does not stand in the sentence" in capsys.readouterr().err


def test_substitutes_of_a_run_are_those_around_it(capsys):
    assert main(["substitutes", "We flew to New York today .", "--word", "New York", "--json"]) == 0
    (use,) = json.loads(capsys.readouterr().out)
    assert (use["position"], use["length"]) == (3, 2)


def test_a_model_without_a_softmax_says_so(small_model_files, capsys):
    model = ["--options", str(small_model_files[0]), "--weights", str(small_model_files[1])]
    assert main(["substitutes", "The bank .", "--word", "bank", *model]) == 1
    assert "The bundled model has" in capsys.readouterr().err


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus")
    uses = read_examples("match")
    for sense in sorted({use.sense for use in uses}):
        lines = [use.text for use in uses if use.sense == sense]
        (folder / f"{sense}.txt").write_text("\n".join(lines) + "\n")
    out = folder / "match.index"
    assert main(["index", str(folder), "--output", str(out)]) == 0
    return str(out)


def test_senses_of_a_word_in_a_corpus(index, capsys):
    assert main(["senses", index, "match", "--groups", "3", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert len(found["groups"]) == 3
    assert sum(group["n"] for group in found["groups"]) == found["n_uses"] == len(found["uses"])
    for group in found["groups"]:
        assert group["words"] and 1 <= len(group["typical"]) <= 3
        assert sum(document["n"] for document in group["documents"]) == group["n"]
    assert found["why"].startswith("compared by ")
    assert found["senses"] in [answer.value for answer in Answer] and 0 < found["score"] < 2
    letters = {group["name"][0] for group in found["groups"]}
    assert {use["words_speak_for"] for use in found["uses"]} <= letters
    assert main(["senses", index, "match", "--by", "layer 2"]) == 0
    told = capsys.readouterr().out
    assert "compared by layer 2" in told
    assert "A · " in told and "of its uses)" in told


def test_senses_refuses(index, capsys):
    assert main(["senses", index, "match", "--uses", "5000"]) == 1
    assert main(["senses", index, "zebra"]) == 1
    assert main(["senses", index, "match", "--by", "layer 9"]) == 1
    told = capsys.readouterr().err
    assert "--uses is 5000" in told and "'zebra' stands 0 times" in told and "'layer 9'" in told


def test_the_reference_words_choose_what_is_compared_first():
    figures = {"layer 2": 0.68, "words around": 0.9, "halves added": 0.7}
    scale = Scale(((0.3, 0.2), (0.4, 0.1)), ((0.6, 0.6), (0.7, 0.5)))
    found = Reference("f", 19, (14, 22), figures, scale)
    assert not found.is_weak and Reference("f", 19, (14, 22), {"layer 2": 0.5}, scale).is_weak
    assert found.best() == "halves added"
    assert found.sentence() == (
        "compared by halves added, which told apart 70 % of pairs on 19 reference words (the words "
        "around alone, without any LSTM: 90 %)"
    )
    elmo = Elmo()
    kept = json.loads((BUNDLED / "reference_words.json").read_text())
    assert kept["fingerprint"] == elmo.fingerprint, "run `make start-data`"
    bundled = reference(elmo)
    assert bundled.n_words == 19
    assert bundled.pair_auc[bundled.best()] > bundled.pair_auc["layer 2"]
    of_several = [bundled.scale.score(word) for word in bundled.scale.several_words]
    of_one = [bundled.scale.score(word) for word in bundled.scale.one_words]
    assert len(of_several) == len(of_one) == 19
    assert sorted(of_one)[-4] < MIDDLE < sorted(of_several)[1]  # all but three, and all but one
