"""An exploration holds the library's numbers, comes back from JSON unchanged, and refuses all else."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score
from sklearn.metrics.pairwise import cosine_similarity

from elmo.errors import InputError
from elmo.views import build, encoding
from elmo.views.build import explore
from elmo.views.encoding import from_json, to_dict, to_json
from elmo.views.exploration import LESS_MEAN, SIDES, THE_WORD
from elmo.views.request import Family
from tests.conftest import ROOT
from tests.views.conftest import explored, made_up_layers, made_up_uses, of_two_sides

NAMES = ["layer 0", "layer 1", "layer 2", "equal mix", "halves added"]


def test_its_numbers_are_those_of_scikit_learn(exploration, layers):
    labels = exploration.labels
    known = [i for i, label in enumerate(labels) if label]
    first, second = np.triu_indices(len(known), 1)
    same = np.array(
        [labels[known[i]] == labels[known[j]] for i, j in zip(first, second, strict=True)]
    )
    added = layers[2, :, :8] + layers[2, :, 8:]
    for name, x in zip(NAMES, [*layers, layers.mean(axis=0), added], strict=True):
        for compared, vectors in ((THE_WORD, x), (LESS_MEAN, x - x.mean(axis=0))):
            if name == "layer 0" and compared == LESS_MEAN:
                vectors = np.zeros_like(x)  # equal vectors have nothing left, not rounding errors
            full = name if compared == THE_WORD else f"{name}, {LESS_MEAN}"
            drawn = exploration.representation(full)
            expected = cosine_similarity(vectors)
            np.testing.assert_allclose(
                exploration.matrix(full)[~np.eye(13, dtype=bool)],
                expected[~np.eye(13, dtype=bool)],
                atol=1e-6,
            )
            values = expected[np.ix_(known, known)][first, second].round(6)
            figures = drawn.figures
            assert figures["pair_auc"].value == pytest.approx(roc_auc_score(same, values), abs=1e-9)
            assert figures["same_sense"].value == pytest.approx(values[same].mean(), abs=1e-6)
            assert figures["pair_auc"].low <= figures["pair_auc"].value <= figures["pair_auc"].high
    assert exploration.representation("layer 1").figures["baseline"].value == 0.25
    assert [d.competes for d in exploration.drawn[:5]] == [True, True, True, False, False]


def test_it_says_which_representation_is_best_and_which_sentence_is_odd(exploration):
    best = max(NAMES[:3], key=lambda n: exploration.representation(n).figures["pair_auc"].value)
    assert best.capitalize() in exploration.findings[THE_WORD][0]
    assert "**" not in exploration.findings[THE_WORD][0]
    drawn = exploration.representation(best)
    assert f"sentence {drawn.odd + 1} (“" in drawn.sentences[0]


def test_cosines_that_are_the_mean_of_others_are_computed_unless_they_differ(exploration, layers):
    added = layers[2, :, :8] + layers[2, :, 8:]
    drawn = exploration.representation("joined")
    assert drawn.cosines is None and drawn.mean_of == ("layer 2", "halves added")
    expected = (cosine_similarity(layers[2]) + cosine_similarity(added)) / 2
    np.testing.assert_allclose(exploration.matrix("joined"), expected, atol=1e-6)
    # The mean of the joined vectors was taken off, not that of each part: these are no mean of the others'.
    less = exploration.representation(f"joined, {LESS_MEAN}")
    assert less.cosines is not None and not less.mean_of


def test_json_gives_the_same_exploration_back(exploration):
    text = to_json(exploration)
    again = from_json(text)
    assert to_json(again) == text
    assert again.uses == exploration.uses and again.findings == exploration.findings
    np.testing.assert_array_equal(again.matrix("layer 2"), exploration.matrix("layer 2"))
    np.testing.assert_array_equal(again.mixing.products, exploration.mixing.products)
    assert set(json.loads(text)) >= {"schema", "version", "uses", "representations", "made"}


def test_a_large_exploration_holds_a_sample_of_the_pairs_and_the_neighbours_of_all(monkeypatch):
    monkeypatch.setattr(build, "MAX_EXPLORATION_PAIRS_OF", 10)
    layers = made_up_layers(30)
    exploration = explored(made_up_uses(30), layers)
    assert len(exploration.pairs_of) == 10
    drawn = exploration.representation("layer 2")
    members = exploration.pairs_of
    np.testing.assert_allclose(
        exploration.matrix("layer 2"), cosine_similarity(layers[2][members]), atol=1e-6
    )
    cosines = cosine_similarity(layers[2])
    np.fill_diagonal(cosines, -2)
    for use in range(30):
        np.testing.assert_array_equal(drawn.neighbours[use], np.argsort(-cosines[use])[:10])
    assert drawn.maps["PCA"].points.shape == (30, 2)
    assert to_json(from_json(to_json(exploration))) == to_json(exploration)


BROKEN = {
    "not JSON": lambda d: "{",
    "NaN": lambda d: json.dumps(d)[:-1] + ', "x": NaN}',
    "another schema": lambda d: d | {"schema": "other"},
    "another version": lambda d: d | {"version": 1},
    "no uses": lambda d: d | {"uses": []},
    "a list": lambda d: [d],
    "a use beyond its sentence": lambda d: d | {"uses": [d["uses"][0] | {"position": 99}, *d["uses"][1:]]},
    "a sense that is not there": lambda d: d | {"senses": ["money"]},
    "a name twice": lambda d: d | {"representations": d["representations"] * 2},
    "half the clusters": lambda d: _changed(d, "clusters", data="AAAA"),
    "another type": lambda d: _changed(d, "clusters", dtype="float64"),
    "no base64": lambda d: _changed(d, "clusters", data="?" * 72),
    "cosines and weights missing": lambda d: d | {"representations": [d["representations"][0] | {"weights": None}]},
    "a mean of what is not there": lambda d: d | {"representations": [d["representations"][0] | {"mean_of": ["x"]}]},
    "a mean of itself": lambda d: d | {"representations": [d["representations"][0] | {"mean_of": ["layer 0"]}]},
    "an order with one use twice": lambda d: _changed(d, "order", data="A" * 69 + "A=="),
    "text for a number": lambda d: d | {"uses": [d["uses"][0] | {"length": "1"}, *d["uses"][1:]]},
    "a mix of layers that are not there": lambda d: d | {"mixing": d["mixing"] | {"layers": ["x"] * 3}},
}  # fmt: skip


def _changed(d: dict, name: str, **changes) -> dict:
    first = d["representations"][0]
    return d | {
        "representations": [first | {name: first[name] | changes}, *d["representations"][1:]]
    }


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_not_an_exploration_is_refused_by_name(name, exploration):
    changed = BROKEN[name](json.loads(to_json(exploration)))
    text = changed if isinstance(changed, str) else json.dumps(changed)
    with pytest.raises(InputError, match=r"exploration"):
        from_json(text)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_changed_exploration_is_read_or_refused_and_nothing_else(exploration, data):
    value = json.loads(to_json(exploration))
    node, key = value, data.draw(st.sampled_from(sorted(value)))
    while isinstance(node[key], dict | list) and node[key] and data.draw(st.booleans()):
        node = node[key]
        keys = sorted(node) if isinstance(node, dict) else range(len(node))
        key = data.draw(st.sampled_from(list(keys)))
    node[key] = data.draw(st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just([]) | st.just({}))  # fmt: skip
    try:
        read = from_json(json.dumps(value))
    except InputError:
        return
    assert to_json(read)


def test_bad_input_is_refused_with_its_name():
    uses, layers = made_up_uses(6), made_up_layers(6)
    with pytest.raises(InputError, match=r"'layer 9' have shape \(5, 16\)"):
        explore(uses, [Family(THE_WORD, {"layer 9": layers[0][:5]})])
    with pytest.raises(InputError, match="not finite"):
        explore(uses, [Family(THE_WORD, {"a": np.full((6, 2), np.nan)})])
    with pytest.raises(InputError, match="2 to 5,000"):
        explore(uses[:1], [Family(THE_WORD, {"a": layers[0][:1]})])
    with pytest.raises(InputError, match="no vectors"):
        explore(uses, [Family(THE_WORD, {})])


@pytest.mark.soak
@pytest.mark.parametrize(("n", "megabytes"), [(200, 2), (2000, 20)])
def test_explorations_are_as_small_as_is_said(n, megabytes, monkeypatch):
    # The test of chance, which takes most of the time, changes no size.
    monkeypatch.setattr(build.senses, "_permutation_p", lambda *given: 0.5)
    uses = [replace(use, text=use.text + 12 * " and more") for use in made_up_uses(n)]
    # As many as a model has: six with cosines of their own, also less their mean.
    exploration = explored(uses, made_up_layers(n, 512), others=5, others_less=5)
    assert len(to_json(exploration).encode()) < megabytes * 1e6
    assert (len(exploration.pairs_of) < n) is (n > 400)


def test_a_comparison_of_two_sides_comes_back_and_a_changed_one_is_refused():
    exploration = of_two_sides()
    assert exploration.senses == ("old", "new") and exploration.labels_are == SIDES
    gained = exploration.representation("layer 2").sides[0]
    assert (gained.n_old, gained.old.value) == (0, 0) and gained.new.low > 0
    text = to_json(exploration)
    assert to_json(from_json(text)) == text
    for field, value, problem in (
        ("labels_are", "layers", "labels_are is 'layers', expected 'senses' or 'sides'"),
        ("senses", ["old", "new", "other"], "senses has 3 names, expected 2 sides"),
    ):
        with pytest.raises(InputError, match=problem):
            from_json(json.dumps(json.loads(text) | {field: value}))
    described = to_dict(exploration)["representations"][0]
    page = (ROOT / "docs" / "exploration.md").read_text(encoding="utf-8")
    names = [*described, *described["figures"], *described["sides"][0]]
    assert not [name for name in names if f"`{name}`" not in page]


def test_every_field_is_described(exploration):
    page = (ROOT / "docs" / "exploration.md").read_text(encoding="utf-8")
    described = to_dict(exploration)
    fields = [*described, *described["representations"][0], *described["uses"][0], *described["mixing"], *described["representations"][0]["figures"]]  # fmt: skip
    assert not [name for name in fields if f"`{name}`" not in page]
    assert f"version {encoding.VERSION}" in page
