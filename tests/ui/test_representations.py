"""Representations on the screens: all that the model has, one more, and the same number everywhere."""

import json
import re

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from elmo import Elmo
from elmo.corpus.uses import read_usages
from elmo.home import BUNDLED
from elmo.tasks.senses import reference
from elmo.tasks.senses.word_senses import LabelledWord, measure_senses, use_vectors
from elmo.usages import EXAMPLES
from elmo.views.numbers import short
from tests.ui.pages import opened, pictured

WORD = "bank"


def said(app: AppTest) -> str:
    return "\n".join(m.value for m in [*app.markdown, *app.caption, *app.info])


def test_word_offers_one_more_and_measures_it(top_two, monkeypatch):
    monkeypatch.setenv("ELMO_WARM_UP", "1")  # groups, intervals and tests are made too
    app = opened("word", word_layer="Top two", word_tab="Groups")
    drawn = {one.name: one for one in pictured(app).drawn}
    assert {"layer 2", "equal mix", "halves added", "substitutes", "top two"} <= set(drawn)
    assert "by top two" in said(app)
    for name in ("layer 0", "words around", "substitutes", "top two"):
        assert 0 <= drawn[name].figures["pair_auc"].value <= 1 and drawn[name].figures["p"].value


@pytest.mark.parametrize("name", ["Added and around", "Substitutes", "Words around"])
def test_word_in_a_representation_beyond_the_layers(name):
    app = opened("word", word_layer=name, word_tab="Groups")
    assert f"by {name.lower()}" in said(app)


def test_whole_sentences_have_no_words_around_them():
    app = opened("word", word_layer="Around the word", word_compare="whole sentences")
    assert "not for whole sentences. The page shows another representation instead" in said(app)


def test_layers_draw_one_more_beside_the_layers(top_two):
    app = opened("layers", layers_beside="Top two")
    assert not app.info
    assert pictured(app).drawn[-1].label == "Top two"


def test_layers_draw_substitutes_in_as_many_numbers_as_a_layer():
    app = opened("layers", layers_beside="Substitutes")
    assert pictured(app).drawn[-1].label == "Substitutes"


def _numbers() -> None:
    """One word's pair AUC at each layer, as Word, Layers and Mixing have it."""
    import numpy as np
    import streamlit as st

    from elmo.usages import read_examples
    from ui.layers import data as layers_data
    from ui.layers import maps
    from ui.layers.source import Source
    from ui.mixing.analysis import analyse
    from ui.shared import page
    from ui.uses import pictures

    uses = read_examples("bank")
    word = pictures.current(pictures.Recipe.of_uses("bundled", uses, "bank", 0))
    source = Source("bank", uses, False, len(uses))
    context = page.Context("bundled", 0)
    shown = pictures.current(maps.recipe(context, source, layers_data.read("bundled", source)))
    grid = analyse("bundled", "bank", uses, 0).views[0]
    st.session_state["numbers"] = {
        "word": [one.figures["pair_auc"].value for one in word.exploration.drawn[:3]],
        "layers": [one.figures["pair_auc"].value for one in shown.exploration.drawn[:3]],
        "mixing": [
            float(grid.scores[(grid.grid == corner).all(axis=1)][0]) for corner in np.eye(3)
        ],
    }


def test_every_page_and_command_has_the_same_pair_auc():
    uses = read_usages(EXAMPLES / "senses" / f"{WORD}.tsv")
    elmo = Elmo()
    figures = measure_senses([LabelledWord(WORD, (), uses)], lambda u: use_vectors(elmo, u), 2)
    evaluated = [figures[f"layer {i}"].words[WORD][0] for i in range(3)]
    app = AppTest.from_function(_numbers, default_timeout=300).run()
    assert not app.exception
    for where, values in app.session_state["numbers"].items():
        np.testing.assert_allclose(values, evaluated, atol=1e-9, err_msg=where)


def test_the_card_has_the_figures_of_the_reference_words():
    """What evaluate everyday gives of the examples: stored beside the weights, printed on the card."""
    stored = json.loads((BUNDLED / "reference_words.json").read_text(encoding="utf-8"))
    assert stored["fingerprint"] == Elmo().fingerprint
    card = (BUNDLED / "MODEL_CARD.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([a-z0-9+ ]+) \| (\.\d{3}) [^|]*\| (\.\d{3}) ", card, re.M)
    assert {"layer 0", "layer 2", "halves added", "substitutes"} <= {name for name, *_ in rows}
    for name, as_it_is, less_mean in rows:
        assert short(stored["pair_auc"][name], 3) == as_it_is, name
        assert short(stored["pair_auc"][f"{name}, less the mean"], 3) == less_mean, name


@pytest.mark.soak
def test_the_stored_figures_of_the_reference_words_are_those_measured_now():
    elmo = Elmo()
    stored = json.loads((BUNDLED / "reference_words.json").read_text(encoding="utf-8"))
    for name, value in reference.measure(elmo).pair_auc.items():
        assert stored["pair_auc"][name] == pytest.approx(value, abs=1e-5), name
