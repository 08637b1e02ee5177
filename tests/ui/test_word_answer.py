"""Word in context answers its question at its top; what it compares first was chosen by measurement."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from elmo import Elmo
from elmo.explore.clusters import Clusters
from elmo.explore.doubts import LabelPair, Spelling
from elmo.explore.group_names import GroupName
from elmo.explore.senses import agreement
from elmo.explore.several import Answer, Scale, Several, Variety
from elmo.explore.similarity import cosine_matrix, separation_by_layer
from elmo.model.options import Options
from elmo.representation import by_name
from elmo.tasks.senses import reference as measured
from elmo.tasks.senses.reference import Reference
from elmo.tasks.senses.word_senses import use_vectors
from elmo.usages import read_examples
from elmo.views import answers
from elmo.views.numbers import chance, percent, short
from tests.ui.pages import checked, opened, page_of, pictured, sent_to_pictures
from ui.uses import first

open_page = partial(opened, "word", 180)


@pytest.fixture(scope="module")
def bundled() -> Elmo:
    return Elmo()


@pytest.fixture(scope="module")
def kept(bundled) -> Reference:
    found = measured.stored_reference(bundled)
    assert found is not None, "run `make start-data`"
    return found


def answers_of(app: AppTest, name: str) -> tuple[str, str]:
    """What the pictures answer without labels and with labels, by one representation."""
    answered = pictured(app).representation(name).answers
    without, with_ = ("".join(answered[f"{how} labels"]) for how in ("without", "with"))
    return without, with_


def on_reference_words(app: AppTest, name: str) -> str:
    """What the pictures say of a representation on the reference words."""
    (told,) = pictured(app).representation(name).answers["reference words"]
    return told


def test_the_two_lines_have_the_numbers_of_the_library(bundled, kept):
    app = open_page(example="spring")
    uses = read_examples("spring")
    labels = [use.sense for use in uses]
    matrix = cosine_matrix(use_vectors(bundled, uses)[kept.best()])
    without, with_ = answers_of(app, kept.best())
    separation = separation_by_layer([matrix], labels, seed=13)
    test = agreement(matrix, labels, seed=13)
    assert (
        f"pair AUC {short(separation.layers[0].auc)} (95 % interval {short(float(separation.low[0]))} to "
        f"{short(float(separation.high[0]))}, 18 sentences)" in with_
    )
    assert f"shuffled labels do as well in {chance(test.p)} of trials" in with_
    assert with_.startswith("With your labels: the 3 senses are")
    assert without.startswith("Without your labels: ")


def test_the_page_opens_on_what_did_best_on_the_reference_words(kept):
    app = open_page(example="bank")
    best = by_name(kept.best().removesuffix(", less the mean"), 3)
    start = sent_to_pictures(app)["start"]
    assert start == {"word_layer": best.label, "word_compare": "less the mean"}
    told = on_reference_words(app, kept.best())
    assert (
        f"told apart {percent(kept.pair_auc[kept.best()])} of pairs on 19 reference words" in told
    )
    assert f"compared by {best.name}" in told.lower()


def test_a_link_s_representation_wins_and_both_are_told(kept):
    app = open_page(example="bank", word_layer="Layer 1", word_compare="the word")
    told = on_reference_words(app, "layer 1")
    assert f"layer 1, which told apart {percent(kept.pair_auc['layer 1'])} of pairs" in told
    assert f"Best there: {kept.best().removesuffix(', less the mean')}" in told
    assert "compared by layer 1: pair AUC" in answers_of(app, "layer 1")[1]


def test_earlier_links_to_the_word_less_its_mean_still_open():
    app = open_page(example="bank", word_layer="Layer 1", word_compare="less its mean")
    _, with_ = answers_of(app, "layer 1, less the mean")
    assert "compared by layer 1, minus the word's average" in with_


def test_with_few_sentences_nothing_is_taken_off(kept):
    app = page_of("word")
    app.query_params["source"], app.query_params["word"] = "Your own text", "spring"
    app.session_state["uses_text"] = "A spring.\nThe spring broke.\nSpring came."
    checked(app.run())
    start = sent_to_pictures(app)["start"]
    assert start == {"word_layer": by_name(kept.best(False), 3).label, "word_compare": "the word"}
    without, with_ = answers_of(app, kept.best(False))
    assert (
        "cannot tell whether the 3 uses have one sense or several" in without
        and "none are given" in with_
    )


@pytest.fixture
def forgotten_afterwards():
    """Figures that a test makes up are not kept for other tests."""
    yield
    first._reference.clear()


@pytest.mark.usefixtures("forgotten_afterwards")
def test_a_model_without_figures_opens_on_its_top_layer_and_can_be_measured(
    small_model_files, monkeypatch
):
    app = page_of("word")
    app.query_params["example"], app.query_params["model"] = "bat", "small (yours)"
    app.session_state["own_models"] = {"session:small": str(small_model_files[0].parent)}
    checked(app.run())
    n_layers = Options.read(small_model_files[0]).n_representations
    assert sent_to_pictures(app)["start"]["word_layer"] == f"Layer {n_layers - 1}"
    assert any("not compared on" in caption.value for caption in app.caption)
    figures = {"layer 0": 0.5, "layer 1": 0.7, "layer 1, less the mean": 0.6, "words around": 0.9}

    def measure(elmo):
        made = Reference(elmo.fingerprint, 19, (14, 22), figures, SCALE)
        monkeypatch.setattr(measured, "stored_reference", lambda elmo: made)

    monkeypatch.setattr(measured, "measure_and_store", measure)
    checked(app.button(key="word_measure_reference").click().run())
    assert sent_to_pictures(app)["start"]["word_layer"] == "Layer 1"
    assert "told apart 70 % of pairs" in on_reference_words(app, "layer 1")


def _groups(n: int = 18, k: int = 1) -> Clusters:
    return Clusters(np.arange(n) % k, np.zeros((0, 4)), {2: 0.4})


def _reference(auc: float = 0.7) -> Reference:
    return Reference("f", 19, (14, 22), {"layer 2": auc}, SCALE)


SCALE = Scale(((0.3, 0.2), (0.4, 0.1), (0.35, 0.15)), ((0.6, 0.6), (0.7, 0.5), (0.65, 0.65)))


def test_the_answer_without_labels_has_how_sure_it_is_and_the_names_of_the_groups():
    names = [
        GroupName("A", 9, ("lender", "insurer"), (), ()),
        GroupName("B", 9, ("shore",), (), ()),
    ]
    found = SCALE.several(Variety(18, 0.68, 0.7))
    told = answers.without_labels(found, _groups(k=2), "layer 2", _reference(), names)
    assert told.startswith("**Without your labels: several senses**, as far as this model sees.")
    assert "none of 3 with one are as varied" in told
    assert "by layer 2: A · lender, insurer (9); B · shore (9)." in told
    one = answers.without_labels(
        SCALE.several(Variety(18, 0.3, 0.1)), _groups(), "layer 0", _reference()
    )
    assert one.startswith("**Without your labels: one sense**")
    assert "none of 3 with several senses and none of 3 with one are less varied" in one
    assert "Compared by layer 0, all are one and the same vector" in one


def test_labels_that_are_told_apart_correct_the_answer_one_sense():
    labels = ["money"] * 6 + ["river"] * 6
    cosines = np.where(np.equal.outer(labels, labels), 0.9, 0.2)
    test = agreement(cosines, labels, np.zeros(12, np.int64))
    said = {
        answer: answers.with_labels(2, test.pairs, (0.9, 1.0), test, "layer 2", answer)
        for answer in Answer
    }
    corrected = {
        answer for answer, text in said.items() if "The answer without labels does not" in text
    }
    assert corrected == {Answer.ONE, Answer.RATHER_ONE}
    assert all("the 2 senses are told apart" in text for text in said.values())


def test_no_answer_says_why():
    for several, reference, why in (
        (Several(Answer.TOO_FEW), _reference(), "at least 10 are needed"),
        (Several(Answer.UNKNOWN), None, "was not measured"),
        (
            Several(Answer.OTHER_WORDS, known=0.03),
            _reference(),
            "has learned only 3 % of the words",
        ),
        (
            SCALE.several(Variety(18, 0.7, 0.7)),
            _reference(0.55),
            "at its best it tells apart 55 % of pairs",
        ),
    ):
        told = answers.without_labels(several, _groups(9), "layer 2", reference)
        assert "Without your labels: cannot tell" in told and why in told


def test_doubts_in_words():
    spelling = Spelling("capital letters", ("bank", "Bank"), 0.8, 0.01, 0.6, 0.1, 0.1)
    told = answers.doubts([LabelPair("a*", "b", 0.51, 0.4, 9)], [("A", "a")], [spelling])
    assert "labels “A” and “a” differ in letter case" in told[0]
    assert r"labels “a\*” and “b” may be one sense" in told[1] and ".51 among their 9" in told[1]
    assert "Spelling decides here (capital letters: “bank”, “Bank”)" in told[2]
    assert "80 of 100 comparisons, uses with one label in 60" in told[2]
    calm = replace(spelling, p=0.3)
    assert not answers.doubts([], [], [calm])
    assert "go with the spelling" in answers.doubts([], [], [replace(calm, with_labels=0.9)])[0]
    assert "those of the spelling" in answers.doubts([], [], [replace(calm, with_groups=0.9)])[0]


def test_two_labels_for_one_sense_are_warned_of_on_the_page():
    text = "\n".join(
        f"{use.text} | {('money', 'Money')[i % 2] if use.sense == 'money' else use.sense}"
        for i, use in enumerate(read_examples("bank"))
    )
    app = page_of("word")
    app.query_params["source"], app.query_params["word"] = "Your own text", "bank"
    app.session_state["uses_text"] = text
    checked(app.run())
    best = measured.stored_reference(Elmo())
    assert best is not None
    doubts = pictured(app).representation(best.best()).answers["doubts"]
    assert "differ in letter case" in doubts[0]
