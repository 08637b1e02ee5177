"""The Mixing page, run by Streamlit's AppTest; what is dragged is in tests/browser."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from elmo import Elmo
from elmo.errors import InputError
from elmo.usages import Usage
from elmo.views.encoding import from_json
from elmo.views.numbers import short
from tests.ui.pages import checked, opened, page_of, words
from ui.mixing import analysis as mixing_analysis
from ui.mixing import effects as mixing_effects
from ui.mixing import exploration
from ui.mixing import mix as mixing_mix
from ui.mixing import tables as mixing_tables
from ui.mixing import trust as mixing_trust
from ui.mixing.uses import by_sense
from ui.shared.page import Context

open_page = partial(opened, "mixing", 120)
FOLDS = ("trust", "path", "gamma", "norm", "concatenation", "tables", "save")


def test_the_verdict_stands_below_the_bench_and_the_rest_is_folded() -> None:
    app = open_page()
    text = words(app)
    assert "best point is" in text and "rust" in text
    assert "the vectors become" not in text and not app.get("download_button")
    folds = [fold.label for fold in app.expander]
    assert any("Which weights separate “bank” best" in label for label in folds)
    assert "What does γ do?" in folds
    assert app.session_state["mix_weights"] == pytest.approx((1 / 3,) * 3)


def test_each_question_is_answered_when_it_is_unfolded() -> None:
    app = page_of("mixing", 120)
    for name in FOLDS:
        app.session_state[f"mixing_fold_{name}"] = True
    text = words(checked(app.run()))
    assert "the vectors become 10,000 times as long" in text
    assert "On the uses kept back" in text and "has pair AUC" in text and "side by side" in text
    assert app.get("download_button")


def test_other_representations_are_measured_on_the_same_uses() -> None:
    app = page_of("mixing", 120)
    app.session_state["mixing_fold_trust"] = True
    app.session_state["folded-mixing-table-best-mix"] = True
    for vectors, layer in (
        (mixing_trust.AS_THEY_ARE, ""),
        (mixing_trust.LESS_MEAN, ", minus the average"),
    ):
        app.session_state["mixing_others"] = vectors
        rows = checked(app.run()).dataframe[-1].value.set_index("mix")
        for name in ("halves added", "around the word", "words around", "substitutes"):
            assert rows.loc[f"{name}{layer}, on the same uses", "times"] == 60
        assert (f"layer 2{layer}, on the same uses" in rows.index) == bool(layer)


def test_a_link_sets_weights_gamma_and_layer_norm() -> None:
    app = open_page(example="spring", weights="0.2,0,0.8", gamma="2.5", norm="on", use="3")
    mix = app.session_state["mixing_set"]
    assert mix == mixing_mix.Mix((0.2, 0.0, 0.8), 2.5, True, 2)
    assert app.query_params["weights"] in ("0.2,0,0.8", ["0.2,0,0.8"])
    assert any("“spring”" in fold.label for fold in app.expander)


@pytest.mark.parametrize("weights", ["1,2", "0.5,x,0.5", "-1,1,1", "0,0,0", "nan,0,1", "<b>,1,2"])
def test_a_wrong_link_is_told_and_the_equal_mix_is_used(weights) -> None:
    app = open_page(weights=weights)
    assert any("needs 3 numbers" in warning.value for warning in app.warning)
    assert app.session_state["mix_weights"] == pytest.approx((1 / 3,) * 3)


def test_weights_learned_on_downstream_are_a_preset() -> None:
    app = page_of("mixing", 120)
    app.session_state["learned_weights"] = {"task": "intents", "weights": (0.1, 0.2, 0.7)}
    app.run()
    assert not app.exception and not app.error
    assert app.session_state["learned_weights"]["task"] == "intents"


# ---- the parts, on vectors of our own ----------------------------------------------------------


@pytest.fixture
def analysis(rng, monkeypatch) -> mixing_analysis.Analysis:
    """Sixteen uses of two senses, which layer 1 tells apart and the others do not."""
    uses = by_sense(
        [Usage(f"Use {i} .", ("Use", str(i), "."), 1, ("money", "river")[i % 2]) for i in range(16)]
    )
    return analysis_of(monkeypatch, rng, uses, (0.0, 1.0, 0.0))


def analysis_of(monkeypatch, rng, uses, strength) -> mixing_analysis.Analysis:
    side = np.array([1.0 if use.sense == "money" else -1.0 for use in uses])[:, None]
    direction = rng.normal(size=(1, 24))
    scale = (6.0, 1.0, 6.0, 2.0)[: len(strength)]
    layers = [
        s * (rng.normal(size=(len(uses), 24)) + k * side * direction)
        for s, k in zip(scale, strength, strict=True)
    ]
    sentences = [
        np.stack([np.zeros((3, 24)) + layer[i] for layer in layers]).astype(np.float32)
        for i in range(len(uses))
    ]
    monkeypatch.setattr(mixing_analysis.model, "vectors", lambda name, rows: sentences)
    monkeypatch.setattr(mixing_analysis.model, "fingerprint", lambda name: f"{rng.random()}")
    return mixing_analysis.analyse("any", "test", tuple(uses), 3)


EQUAL = mixing_mix.Mix((1 / 3,) * 3)


def test_a_model_with_four_representations_has_the_same_numbers(analysis, rng, monkeypatch) -> None:
    found = analysis_of(monkeypatch, rng, analysis.uses, (0.0, 1.0, 0.0, 0.3))
    learned = [("a task", mixing_mix.Mix((0.1, 0.2, 0.3, 0.4), 2.0))]
    presets = {each["name"]: each for each in exploration.presets(found, True, learned)}
    assert presets["Layer 3 alone"]["weights"] == [0, 0, 0, 1]
    assert presets["Learned: a task"]["gamma"] == 2.0
    assert sum(presets["Cross-validated"]["weights"]) == pytest.approx(1)
    assert presets["Best of all mixes"]["score"] == found.views[1].scores.max()
    assert found.views[0].grid.shape[1] == 4 and len(found.views[0].grid) <= 300


@pytest.mark.parametrize("layer_norm", [False, True])
def test_the_bench_is_sent_what_the_page_computes(analysis, monkeypatch, layer_norm) -> None:
    monkeypatch.setattr(exploration.model, "elmo", lambda name: Elmo())
    key = f"{analysis.key}{layer_norm}"
    sent = from_json(exploration.exploration(key, layer_norm, analysis, Context("bundled", 3)))
    view = analysis.views[layer_norm]
    assert sent.mixing is not None and sent.mixing.layers == ("layer 0", "layer 1", "layer 2")
    np.testing.assert_array_equal(sent.mixing.products, view.products.values)
    np.testing.assert_allclose(sent.mixing.scores, view.scores, atol=1e-6)
    assert [use.text for use in sent.uses] == [use.text for use in analysis.uses]
    assert sent.senses == ("money", "river")
    assert sent.made.get("vectors") == ("after layer norm" if layer_norm else None)


def test_verdict_trusts_what_is_there_and_not_noise(analysis, rng, monkeypatch) -> None:
    assert "worth using" in mixing_trust.verdict(analysis, EQUAL)
    noise = analysis_of(monkeypatch, rng, analysis.uses, (0.0, 0.0, 0.0))
    assert "Do not trust" in mixing_trust.verdict(noise, EQUAL)


def test_trust_rows_measure_on_uses_kept_back(analysis) -> None:
    rows = mixing_trust.trust_rows(analysis, EQUAL).set_index("mix")
    chosen = analysis.views[0].selection
    kept_back = rows.loc["best, measured on uses kept back"]
    assert kept_back["pair AUC"] == pytest.approx(chosen.held_out.mean())
    assert kept_back["low"] <= kept_back["pair AUC"] <= kept_back["high"]
    assert rows.loc["layer 1 alone, on the same uses", "pair AUC"] > 0.9


def test_gamma_rows_change_lengths_only(analysis) -> None:
    rows = mixing_effects.gamma_rows(analysis, EQUAL)
    np.testing.assert_allclose(
        rows["mean length"] / rows["γ"], rows["mean length"].iloc[0] / 0.01, rtol=1e-5
    )
    assert rows["largest change of a cosine"].max() < 1e-5


def test_layer_norm_finding_names_the_longest_layer(analysis) -> None:
    pairs = mixing_tables.pair_rows(analysis, EQUAL)
    shares = [view.products.layer_shares(EQUAL.weights) for view in analysis.views]
    text = mixing_effects.layer_norm_finding(analysis, EQUAL, shares, pairs)
    change = np.abs(pairs["with layer norm"] - pairs["without layer norm"]).max()
    assert f"changes by up to {short(change)}" in text and change > 0.05


def test_concatenation_of_one_layer_is_that_layer(analysis) -> None:
    alone = replace(EQUAL, weights=(0.0, 1.0, 0.0))
    pairs = mixing_tables.pair_rows(analysis, alone)
    np.testing.assert_allclose(pairs["added up"], pairs["side by side"], atol=1e-9)
    assert "both ways are the same" in mixing_effects.concatenation_finding(
        analysis, alone, pairs, 0
    )
    both = mixing_tables.pair_rows(analysis, EQUAL)
    text = mixing_effects.concatenation_finding(analysis, EQUAL, both, 0)
    assert "24 numbers; side by side 72" in text and "95 % interval" in text


def test_uses_with_a_sense_missing_are_still_shown(analysis, rng, monkeypatch) -> None:
    unlabelled = [replace(analysis.uses[0], sense=None), *analysis.uses[1:]]
    found = analysis_of(monkeypatch, rng, by_sense(unlabelled), (0.0, 1.0, 0.0))
    assert found.views[0].selection is None and "Every use needs a sense" in found.why_no_selection
    np.testing.assert_allclose(
        found.views[0].scores[-1], found.views[0].products.cosines(np.array([[1.0, 0, 0]])).mean()
    )
    assert list(mixing_tables.grid_rows(found, EQUAL).columns)[-1] == "mean cosine"


def test_map_rows_are_scaled_by_gamma(analysis) -> None:
    one = mixing_tables.use_rows(analysis, EQUAL)
    two = mixing_tables.use_rows(analysis, replace(EQUAL, gamma=2.0))
    np.testing.assert_allclose(two[["x", "y", "length"]], 2 * one[["x", "y", "length"]])


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"weights": [1, 2, 3], "gamma": 1, "use": 0},
        {"weights": [0.5, 0.5], "gamma": 1, "use": 0},
        {"weights": [1, 0, "x"], "gamma": 1, "use": 0},
        {"weights": [1, 0, float("nan")], "gamma": 1, "use": 0},
        {"weights": [1, 0, 0], "gamma": 0, "use": 0},
        {"weights": [1, 0, 0], "gamma": 1, "use": 99},
        {"weights": [1, 0, 0], "gamma": 1, "use": "x"},
    ],
)
def test_what_a_browser_sends_is_checked(analysis, told) -> None:
    with pytest.raises(InputError, match="reload the page"):
        mixing_mix.from_message(told, analysis)


def test_links_hold_the_mix() -> None:
    mix = mixing_mix.Mix((0.125, 0.375, 0.5), 0.25, True, 4)
    assert mixing_mix.from_link(mixing_mix.link(mix), 3, 8, EQUAL) == mix
    assert mixing_mix.from_link(mixing_mix.link(EQUAL) | {"use": "99"}, 3, 8, mix).use is None
    with pytest.raises(InputError, match="γ 1000"):
        mixing_mix.from_link({"gamma": "1000"}, 3, 8, EQUAL)
