"""Word in context, run by Streamlit's AppTest; what is pressed in pictures is in tests/browser."""

import json
import re
from dataclasses import replace
from functools import partial
from typing import Any, cast

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from elmo import Elmo
from elmo.corpus import tables
from elmo.explore import anisotropy, clusters, similarity
from elmo.explore.anisotropy import SelfSimilarity
from elmo.explore.clusters import Verdict
from elmo.explore.odd_uses import OddUse
from elmo.explore.similarity import LayerSeparation, PairAuc
from elmo.tasks.senses.reference import stored_reference
from elmo.usages import Usage, read_examples
from elmo.views import of_model
from elmo.views import sentences as word_text
from elmo.views.encoding import from_json
from elmo.views.exploration import LESS_MEAN, THE_WORD
from elmo.views.of_model import explore_model
from elmo.views.page import read, save
from tests.ui.pages import opened, page_of, pictured, said, words
from tests.views.conftest import explored, made_up_layers, made_up_uses
from ui.shared import explorer
from ui.uses import choose as word_uses
from ui.uses import pictures
from ui.uses import typed as word_lines
from ui.uses import vectors as word_analysis
from ui.uses.choose import Chosen
from ui.word import details as word_details
from ui.word import minimal_pair as word_minimal_pair
from ui.word import pack as word_pack
from ui.word import view as word_view
from ui.word.scene import Scene

OWN = "\n".join(
    [
        "The spring in my pen broke. | coil",
        "A rusty spring poked out of the sofa. | coil",
        "We drank cold water from the spring. | water",
        "A spring rises below the hill, and a spring feeds the lake. | water",
    ]
)


open_page = partial(opened, "word", 180)
LAYER_2 = {"word_layer": "Layer 2", "word_compare": THE_WORD}


def test_first_run_shows_bank_with_its_finding():
    app = open_page()
    text = said(app)
    assert "“bank”" in text and "18 sentences" in text and "of the trials" in text
    assert "pair AUC" in text
    assert any("sentence " in told for told in pictured(app).representation("layer 2").sentences)
    assert app.selectbox(key="example").value == "bank"


@pytest.fixture(scope="module")
def bundled() -> Elmo:
    return Elmo()


def test_the_pictures_have_the_numbers_of_the_analysis(bundled):
    app = open_page(example="spring")
    uses = read_examples("spring")
    layers = [result.layers for result in bundled.embed([use.tokens for use in uses])]
    labels = [use.sense for use in uses]
    exploration = pictured(app)
    for i in range(len(layers[0])):
        x = np.stack([v[i, u.position] for v, u in zip(layers, uses, strict=True)])
        matrix = similarity.cosine_matrix(x)
        name = f"layer {i}"
        np.testing.assert_allclose(exploration.matrix(name), matrix, atol=1e-5)
        auc = exploration.representation(name).figures["pair_auc"].value
        assert auc == pytest.approx(similarity.pair_auc(matrix, labels).auc, abs=1e-9)
    best = max(range(3), key=lambda i: exploration.representation(f"layer {i}").figures["pair_auc"].value)  # fmt: skip
    told = exploration.findings["the word"][0]
    auc = exploration.representation(f"layer {best}").figures["pair_auc"].value
    assert f"layer {best}" in told.lower() and f"AUC {word_text.short(auc)}" in told.replace(" is", "")  # fmt: skip


def test_the_app_s_pictures_are_those_of_a_report_and_of_a_notebook(bundled, monkeypatch, tmp_path):
    """One exploration: what the page sends in its second step is what a saved page and a view hold."""
    notebook = pytest.importorskip("elmo.notebook")
    monkeypatch.setenv("ELMO_WARM_UP", "1")
    monkeypatch.setattr(of_model, "random_word_cosines", lambda elmo, seed: {})  # seconds
    uses = read_examples("spring")
    app = pictured(open_page(example="spring"))
    made = explore_model(
        uses,
        bundled,
        word="spring",
        whole_sentences=True,
        seed=13,
        reference=stored_reference(bundled),
    )
    save(made, tmp_path / "spring.html")
    report = read(tmp_path / "spring.html")
    view = from_json(notebook.View(made, ["map"]).data)
    for one in (report, view):
        assert one.uses == app.uses and one.findings == app.findings
        for drawn in one.drawn:
            here = app.representation(drawn.name)
            np.testing.assert_allclose(app.cosines(drawn.name), one.cosines(drawn.name), atol=1e-6)
            np.testing.assert_allclose(here.maps["PCA"].points, drawn.maps["PCA"].points, atol=1e-4)
            np.testing.assert_array_equal(here.clusters, drawn.clusters)
            assert here.sentences == drawn.sentences and here.group_names == drawn.group_names
            assert here.answers == drawn.answers and len(here.answers["with labels"]) == 2
            for name, figure in drawn.figures.items():
                value = pytest.approx(figure.value, abs=1e-6, nan_ok=True)
                assert here.figures[name].value == value
    assert len(app.uses[0].substitutes) == 20
    told = [one.answers["with labels"][1] for one in app.drawn if one.compared == THE_WORD]
    assert sum("This is also the best of" in text for text in told) == 1
    assert all("est of" in text for text in told)


def test_a_link_restores_example_layer_and_tab():
    app = open_page(
        example="spring", word_layer="Layer 0", word_compare="the word", word_tab="Groups"
    )
    # Layer 0 knows no context: all uses of the form are one vector, so there are no groups.
    assert "By layer 0, the 18 uses are not cut into groups" in words(app)


@pytest.mark.parametrize(
    ("told", "compared", "name"),
    [
        ({"representation": "layer 1, less the mean"}, LESS_MEAN, "layer 1"),
        ({"representation": "a mix, less the mean", "weights": [0.5, 0.5, 0]}, LESS_MEAN, "your mix"),
        ({"representation": "a mix", "weights": ["x", None]}, THE_WORD, "layer 2"),
        ({"representation": "<b>"}, THE_WORD, "layer 2"),
        ({}, THE_WORD, "layer 2"),
        ({"representation": 7, "weights": float("nan")}, THE_WORD, "layer 2"),
    ],
)  # fmt: skip
def test_what_a_browser_tells_of_the_pictures_is_checked(told, compared, name):
    layers = made_up_layers(6)
    shown = explorer.EncodedExploration.of(explored(made_up_uses(6), layers))
    where = explorer.Address(word_view.NAMES, {"word_layer": "Layer 2"}, word_view.OTHERS)
    found, choice = pictures.choice_of(shown, where, told, 3)
    assert (found, choice.by.name) == (compared, name)


@pytest.mark.parametrize("name", ["nail", "negation", "nonce", "record", "virus_genres"])
def test_held_out_words_and_lessons_open(name):
    app = open_page(example=name)
    assert app.selectbox(key="example").value == name
    assert any("Lesson" in c.value or "Held out" in c.value for c in app.caption)


def test_a_link_with_a_word_opens_its_example():
    app = open_page(word="spring")
    assert app.selectbox(key="example").value == "spring" and "“spring”" in said(app)


def test_a_link_with_another_word_asks_for_sentences():
    app = open_page(word="tree")
    assert app.text_input(key="word").value == "tree"
    assert any("Give sentences with “tree”" in info.value for info in app.info)


def own_text(text: str = OWN, word: str = "spring", **params: str) -> AppTest:
    app = page_of("word", 180)
    for name, value in ({"source": "Your own text", "word": word} | params).items():
        app.query_params[name] = value
    app.session_state["uses_text"] = text
    return app.run()


def test_own_sentences_with_senses_after_a_bar():
    app = own_text()
    assert not app.exception and not app.error
    text = said(app)
    assert "“spring”" in text and "5" in text
    assert "Too few sentences" in text  # 2 against 3: a perfect result has a chance of 1 in 10
    which = app.segmented_control(key="uses_occurrence")
    which.set_value("the last").run()
    assert not app.exception and len(pictured(app).uses) == 4


def test_a_word_that_is_not_in_the_text_is_told():
    app = own_text(word="tree")
    assert not app.exception and len(app.error) == 1
    assert "does not stand in the 4 lines" in app.error[0].value.replace("\\", "")


def test_a_run_of_words_is_one_use_and_what_stands_for_it_is_chosen():
    text = "We live in New York now.\nThe New\u00a0York bank closed. | a\nShe left NEW YORK.\nNew idea."
    app = own_text(text, word="new york")
    assert not app.exception and not app.error
    captions = "\n".join(caption.value for caption in app.caption)
    assert "has 2 tokens (New · York); its vector is the mean of its words" in captions
    assert "3 of 4 lines have a use. Left out: 1 have no chosen form" in captions
    assert "“new york”" in said(app)
    app.segmented_control(key="uses_head").set_value("last").run()
    assert "its vector is that of its last word" in "\n".join(c.value for c in app.caption)


def test_irregular_forms_are_offered_and_lines_left_out_are_counted():
    text = (
        "They sing.\nWe sang it.\nIt was sung.\nThe <b>sing</b> word.\nNo such word.\nDon’t sing."
    )
    app = own_text(text, word="sing")
    assert set(app.multiselect[0].value) == {"sing", "sang", "sung"}
    captions = "\n".join(caption.value.replace("\\", "") for caption in app.caption)
    assert "4 of 6 lines have a use" in captions and "1 have no chosen form" in captions
    assert (
        "1 have “sing” only as part of other words or signs (“The <b>sing</b> word.”)" in captions
    )
    assert "reads n’t as n't" in captions
    app = own_text(text, word="song")
    assert "Written most alike" in app.error[0].value


def test_a_longer_text_keeps_the_form_that_the_browser_sends():
    text = "The bank lent .\nA bank shut .\nBanks fell ."
    app = own_text(text, word="bank")
    assert "Forms in the text: bank 2, Banks 1" in [c.value for c in app.caption]
    # without counts, which change with the text
    assert app.multiselect[0].options == ["bank", "Banks"]
    app.multiselect[0].set_value(["bank"]).run()
    app.text_area(key="uses_text").set_value(text + "\nMy bank .").run()
    assert not app.exception and not app.error and app.multiselect[0].value == ["bank"]
    assert "Forms in the text: bank 3, Banks 1" in [c.value for c in app.caption]


def test_one_sentence_is_not_enough_and_said_so():
    app = own_text("A spring. | coil")
    assert not app.exception and not app.error
    assert any("A comparison needs at least two sentences" in info.value for info in app.info)


def test_edited_senses_and_sentences_left_out_count():
    app = open_page(example="spring")
    app.session_state["uses_edits"] = {
        "example spring": {0: {"sense": "thaw"}, 1: {"compare": False}, 2: {"sense": None}}
    }
    app.run()
    text = said(app)
    assert not app.exception and "the 4 senses of “spring”" in text and "16 sentences" in text
    next(button for button in app.button if button.label == "Undo all edits").click().run()
    text = said(app)
    assert not app.exception and "the 3 senses of “spring”" in text and "18 sentences" in text


def test_senses_edited_in_the_pictures_are_those_of_the_table(monkeypatch):
    uses = read_examples("spring")
    chosen = word_uses.Chosen("spring", "k", uses, (uses[0], *uses[2:]))
    state = {"uses_edits": {"k": {1: {"compare": False}}}}
    monkeypatch.setattr(word_uses.st, "session_state", state)
    word_uses.relabel(chosen, ["thaw", None, *(use.sense for use in uses[3:])])
    assert state["uses_edits"]["k"] == {
        0: {"sense": "thaw"},
        1: {"compare": False},
        2: {"sense": None},
    }
    assert state["uses_edited"]


def test_whole_sentences_and_the_equal_mix():
    app = open_page(
        example="bat",
        word_layer="Equal mix",
        word_compare="whole sentences",
        word_tab="Beyond chance",
    )
    text = words(app)
    assert "two sentences with “bat” have cosine" in text and "two random sentences" in text


def test_less_their_mean_the_uses_are_told_apart_by_what_differs(bundled):
    app = open_page(
        example="spring",
        word_layer="Layer 2",
        word_compare="less its mean",
        word_tab="Beyond chance",
    )
    uses = read_examples("spring")
    layers = np.stack(
        [
            r.layers[:, u.position]
            for r, u in zip(bundled.embed([u.tokens for u in uses]), uses, strict=True)
        ],
        axis=1,
    )
    labels = [use.sense for use in uses]

    def best(layers):
        return max(
            similarity.pair_auc(similarity.cosine_matrix(layer), labels).auc for layer in layers
        )

    centred = best(layers - layers.mean(axis=1, keepdims=True))
    assert centred != pytest.approx(best(layers), abs=0.005)
    text = said(app, LESS_MEAN)
    assert f"pair AUC {word_text.short(centred)}" in text
    captions = " ".join(caption.value for caption in app.caption)
    # self-similarity is that of the vectors as they are
    own = similarity.cosine_matrix(layers[2])[np.triu_indices(len(uses), 1)].mean()
    assert f"have cosine {word_text.short(own)} on average" in text
    assert "self-similarity is not defined" in captions


def test_where_the_mean_cannot_be_taken_off_the_page_says_why():
    app = own_text(OWN.split("\nA spring")[0], word_compare="less its mean")
    told = " ".join(info.value for info in app.info)
    assert "without the subtraction of their average" in told
    assert "with 3 sentences the average is mostly those sentences" in told
    assert not [drawn for drawn in pictured(app).drawn if drawn.compared == LESS_MEAN]
    # Of equal vectors nothing is left; the pictures say so.
    same = pictured(own_text(word_compare="less its mean"))
    assert not same.cosines("layer 0, less the mean").any()


def test_beyond_chance_has_the_baseline_of_random_words(bundled):
    app = open_page(example="bat", word_tab="Beyond chance", **LAYER_2)
    text = words(app)
    found = re.search(r"cosine (\S+) on average, two random words (\S+) \(5,000 pairs\)", text)
    assert found, text
    sentences = word_analysis.reference_sentences()
    top = [result.layers[-1] for result in bundled.embed(sentences)]
    expected = anisotropy.baseline(
        np.concatenate(top),
        [word for sentence in sentences for word in sentence],
        [i for i, sentence in enumerate(sentences) for _ in sentence],
        seed=13,
    )
    assert found.group(2) == word_text.short(expected.mean)


def test_groups_by_hand_are_cut_as_asked():
    app = open_page(example="bat", word_tab="Groups", word_groups="3")
    text = words(app)
    assert "Cut by hand into 3 groups" in text and "adjusted Rand index" in text


def test_minimal_pair_says_what_cannot_move():
    app = open_page(word_part="Edit one word")
    text = words(app)
    assert "3 words before the edit" in text and "**did not change in the forward half**" in text
    assert "8 words after the edit" in text and "**did not change in the backward half**" in text
    app.text_input(key="word_edit_after").set_value(
        "She counted the boats at the bank before she went home."
    )
    app.run()
    assert not app.exception and "no vector changed" in words(app)
    app.text_input(key="word_edit_after").set_value(" ").run()
    assert not app.exception and "edited sentence has no words" in app.error[0].value


def test_another_ready_pair_replaces_the_sentences():
    app = open_page(word_part="Edit one word")
    pair = app.selectbox(key="word_edit_pair")
    pair.set_value(pair.options[1]).run()
    assert app.text_input(key="word_edit_before").value.startswith("She was happy")
    assert not app.exception and not app.error


def test_short_numbers():
    values = [0.714, -0.05, 1.0, 0.999, 0.0, float("nan"), -0.999]
    assert [word_text.short(v) for v in values] == [
        ".71",
        "-.05",
        "1.00",
        "1.00",
        ".00",
        "–",
        "-1.00",
    ]


def test_parts_keep_the_spacing_and_say_what_was_cut():
    use = Usage(
        "“Don't!”, said the bat, twice.",
        ("“", "Do", "n't", "!", "”", ",", "said", "the", "bat", ",", "twice", "."),
        8,
    )
    assert "".join(word_text.parts(use)) == use.text
    assert word_text.parts(use, 2) == ("… said the ", "bat", ", twice …")
    assert word_text.parts(Usage("", ("a", "b"), 1)) == ("a ", "b", " ")
    use = Usage("Oh, there's a bat.", ("Oh", ",", "there", "'s", "a", "bat", "."), 5)
    assert word_text.parts(use, 2)[0] == "… there's a "


def _separation(aucs, share):
    layers = tuple(PairAuc(auc, 0.5, 0.4, 10, 10) for auc in aucs)
    return LayerSeparation(
        layers, np.array(aucs) - 0.1, np.array(aucs) + 0.1, int(np.argmax(aucs)), share, 12
    )


@pytest.mark.parametrize(
    ("share", "words_"),
    [(0.97, "fairly certain"), (0.8, "likely, not certain"), (0.4, "is not certain")],
)
def test_separation_says_how_sure_it_is(share, words_):
    told = word_text.separation(
        "bat", 2, _separation([0.5, 0.6, 0.8], share), 0.002, Verdict.SEPARATED, 0.001
    )
    assert told.startswith("**Layer 2 separates the 2 senses of “bat” best: pair AUC .80**")
    assert (
        words_ in told
        and "layer 1 comes next with .60" in told
        and "in 0.2 % of the trials" in told
    )


def test_a_lead_that_is_none_is_called_even():
    told = word_text.separation(
        "bat", 2, _separation([0.5, 0.705, 0.71], 0.6), 0.002, Verdict.SEPARATED, 0.001
    )
    assert told.startswith(
        "**Layer 2 and layer 1 separate the 2 senses of “bat” about equally well: pair AUC .71**"
    )


def test_separation_may_be_no_or_unknown():
    found = _separation([0.5, 0.52, 0.51], 0.4)
    assert "no layer tells" in word_text.separation(
        "bat", 2, found, 0.4, Verdict.NOT_SEPARATED, 0.001
    )
    few = word_text.separation("bat", 2, found, 0.4, Verdict.TOO_FEW, 1 / 3)
    assert few.startswith("**Too few sentences to tell**") and "in 33 % of the trials" in few


def test_odd_one_names_the_sentence_and_the_other_sense():
    uses = read_examples("bank")
    told = word_text.odd_one(OddUse(4, 0.5, 0.6, "money", 0.7), uses, "layer 2")
    assert "sentence 5" in told and "labelled river" in told and "more like money (.60)" in told
    right = word_text.odd_one(OddUse(4, 0.6, 0.5, "money", 0.7), uses, "layer 2")
    assert right.startswith("No sentence is on the wrong side by layer 2.")
    alone = word_text.odd_one(OddUse(4, 0.6, float("nan"), None, 0.7), uses, "layer 2")
    assert "its mean similarity to them is .60" in alone
    assert word_text.odd_one(None, uses, "layer 2") == ""
    same = word_text.odd_one(OddUse(0, 1.0, 1.0, "river", 1.0), uses, "layer 0")
    assert "all 18 are one and the same vector" in same


def test_ranked_pairs_that_are_all_equal_are_said_to_be():
    ranked = similarity.pairs(np.array([[1.0, 0.25, 0.5], [0.25, 1, 0.75], [0.5, 0.75, 1]]))
    told = word_text.extreme_pairs(ranked, "layer 1")
    assert "2 and 3 (cosine .75), the least similar 1 and 2 (.25)" in told
    assert "all 3 pairs have cosine 1" in word_text.extreme_pairs(
        similarity.pairs(np.ones((3, 3))), "layer 0"
    )


def test_a_cut_has_its_silhouette_and_no_cut_is_said_to_be_none(rng):
    cut = clusters.cluster(similarity.cosine_matrix(rng.normal(size=(12, 30))))
    told = word_text.clusters(cut, None, "layer 1", False)
    assert told.startswith(f"The best cut is {cut.n_clusters} groups, by layer 1: mean silhouette ")
    assert word_text.clusters(cut, None, "layer 1", True).startswith("Cut by hand into ")
    one = word_text.clusters(clusters.cluster(np.ones((3, 3))), None, "layer 0", False)
    assert one == "By layer 0, the 3 uses are not cut into groups."


def test_self_similarity_no_more_than_chance_is_an_answer():
    low = SelfSimilarity(0.42, 0.35, 0.5, 9, 0.4)
    assert "no more alike than random ones" in word_text.self_similarity(
        "x", low, "layer 2", 5000, False
    )
    high = replace(low, baseline=0.1)
    assert ": more alike than random ones" in word_text.self_similarity(
        "x", high, "layer 2", 5000, False
    )
    same = SelfSimilarity(1.0, 1.0, 1.0, 9, 0.4)
    assert "one and the same vector" in word_text.self_similarity("x", same, "layer 0", 5000, False)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("A bank. | money", ("A bank.", "money")),
        ("A bank.", ("A bank.", None)),
        ("a | b | c", ("a | b", "c")),
        ("A bank. |", ("A bank.", None)),
        ("| money", ("| money", None)),
    ],
)
def test_sense_after_the_last_bar(line, expected):
    assert word_lines.split_sense(line) == expected


def test_pick_takes_one_use_a_sentence():
    uses = [(Usage("", ("a", "b", "a"), i), n) for i, n in ((0, 0), (2, 0), (0, 1))]
    assert word_lines.pick(uses, word_lines.EVERY) == uses
    assert word_lines.pick(uses, word_lines.FIRST) == [uses[0], uses[2]]
    assert word_lines.pick(uses, word_lines.LAST) == [uses[1], uses[2]]


def test_many_lines_are_filtered_and_drawn_with_a_notice(monkeypatch):
    monkeypatch.setattr(word_lines, "_MANY_LINES", 10)
    monkeypatch.setattr(word_lines, "_MOST_LINES", 15)
    lines = [(f"A spring {i}.", None) for i in range(20)] + [("No such word.", None)] * 20
    text = word_lines._read("spring", lines, 1, False, 0)
    assert len(text.sentences) == 15 and "20 lines may have the word; 15 of them" in text.notices[0]
    again = word_lines._read("spring", lines, 1, False, 0)
    assert again.sentences == text.sentences


def test_text_without_spaces_is_announced():
    text = word_lines._read("行", [("我去银行。", None)], 1, True, 0)
    assert "split by character" in text.notices[0]


def test_pack_recipe_gives_the_numbers_of_the_page(rng):
    vectors = [rng.normal(size=(3, 5, 8)).astype(np.float32) for _ in range(12)]
    settings = {
        "runs": [[1, 2, 1, 1]] * 12,
        "senses": ["a"] * 6 + ["b"] * 6,
        "whole_sentences": False,
        "less_the_mean": False,
        "representation": "layer 2",
        "weights": [0.0, 0.0, 1.0],
        "seed": 3,
    }
    found = word_pack.results(vectors, settings)
    uses = np.stack([v[:, 1] for v in vectors], axis=1)
    matrices = [similarity.cosine_matrix(layer) for layer in uses]
    np.testing.assert_array_equal(found["cosines"], matrices[2])
    expected = [similarity.pair_auc(m, settings["senses"]).auc for m in matrices]
    np.testing.assert_allclose(found["pair_auc"], expected)
    left = word_pack.results(vectors, settings | {"less_the_mean": True})
    np.testing.assert_array_equal(
        left["cosines"], similarity.cosine_matrix(similarity.less_the_mean(uses)[2])
    )
    np.testing.assert_array_equal(left["self_similarity"], found["self_similarity"])
    whole = word_pack.results(vectors, settings | {"whole_sentences": True, "senses": [None] * 12})
    assert "pair_auc" not in whole and whole["cosines"].shape == (12, 12)


def test_own_sentences_of_edit_one_word_come_with_a_link_and_give_way_to_a_ready_pair():
    own = ["A quaxolotl sat down.", "A quaxolotl stood up."]
    app = open_page(word_part="Edit one word", text=json.dumps(own))
    fields = ("word_edit_before", "word_edit_after")
    assert [app.text_input(key=key).value for key in fields] == own
    (offer,) = (e for e in app.get("bidi_component") if e.proto.component_name == "share_offer")
    assert json.loads(offer.proto.json)["sentences"] == own
    pair = app.selectbox(key="word_edit_pair")
    pair.set_value(pair.options[1]).run()
    assert app.text_input(key="word_edit_before").value.startswith("She was happy")
    (offer,) = (e for e in app.get("bidi_component") if e.proto.component_name == "share_offer")
    assert not json.loads(offer.proto.json)["sentences"]


def test_finding_of_a_minimal_pair_with_a_word_put_in():
    from elmo.explore.minimal_pair import align, movement

    before, after = ("a", "c"), ("a", "b", "c")
    one, two = np.ones((2, 2, 4)), np.ones((2, 3, 4))
    found = movement(one, two, align(before, after))
    told = word_minimal_pair.finding(found, after)
    assert "1 word before the edit (“a”)" in told[1]
    frame = word_minimal_pair.frame(found, before, after)
    assert frame["word"].tolist() == ["a", "+ b", "c"] and frame["edited"].tolist() == [
        False,
        True,
        False,
    ]


def test_a_file_is_read_once_and_its_columns_and_encoding_are_asked(monkeypatch):
    read = []
    real = tables.read_table
    monkeypatch.setattr(
        tables, "read_table", lambda *args, **how: read.append(args[1]) or real(*args, **how)
    )
    app = open_page(source="A file", word="bank")
    assert any("Give sentences with “bank”" in info.value for info in app.info)
    rows = "number;Satz;Bedeutung\n1;Die Bank schloß früh.;Geld\n2;Wir saßen auf der Bank.;Möbel\n"
    app.file_uploader[0].upload("sätze.csv", rows.encode("cp1252"), "text/csv").run()
    assert app.selectbox(key="word-upload-encoding").value.startswith("Western European")
    assert app.selectbox(key="word-upload-sentences").value == "Satz"
    app.selectbox(key="word-upload-labels").set_value("Bedeutung").run()
    assert [use.text for use in pictured(app).uses][1] == "Wir saßen auf der Bank."
    assert pictured(app).senses == ("Geld", "Möbel")
    app.run()
    assert read == ["sätze.csv"]
    app.selectbox(key="word-upload-encoding").set_value("UTF-16").run()
    assert "is not UTF-16" in app.error[0].value
    next(b for b in app.button if b.key and b.key.startswith("delete-file-")).click().run()
    app.file_uploader[0].upload("x.tsv", b"sense\ttext\n\tthe bank\nriver\ta bank\n", "text/plain")
    app.run()
    assert app.selectbox(key="word-upload-labels").value == "sense" and not app.error
    assert any("The first row\\: (empty)" in caption.value for caption in app.caption)


def test_what_may_be_a_second_header_is_shown_before_anything_is_computed():
    def page():
        from ui.shared import uploads

        uploads.ask_table("asked")

    app = AppTest.from_function(page).run()
    rows = ["words,sense", "in context,gold", "The bank lent.,money", "A muddy bank.,river"]
    rows += ["The bank rose.,money", "Banks fell.,money"]
    app.file_uploader[0].upload("two.csv", "\n".join(rows).encode(), "text/csv").run()
    assert "Line 2 (in context, gold) is read as a row" in app.warning[0].value


def test_the_table_of_sentences_has_the_nearest_other_of_each():
    uses = read_examples("bank")[:3]
    matrix = np.array([[1, 0.2, 0.7], [0.2, 1, 0.4], [0.7, 0.4, 1]])
    nothing = cast(Any, None)
    scene = Scene(nothing, Chosen("bank", "", uses, uses), nothing, nothing, matrix)
    frame = word_details.sentence_table(scene)
    assert frame["nearest"].tolist() == [3, 3, 1]
    assert frame["cosine"].tolist() == [0.7, 0.4, 0.7]
    assert frame["its sense"].tolist() == [uses[2].sense, uses[2].sense, uses[0].sense]
