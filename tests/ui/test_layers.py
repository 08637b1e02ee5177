"""Layers: what it says is what the numbers say; its controls respond; bad input is told; links restore."""

import io
import json
import os
import sys
import time

import numpy as np
import plotly.graph_objects as go
import pytest
from streamlit.testing.v1 import AppTest

from benchmarks.processes import resident_bytes
from elmo import Elmo
from elmo.errors import BusyError, InputError
from elmo.explore.projection import Picture, pca_pictures
from elmo.representation import equal_mix
from elmo.tasks.senses.reference import stored_reference
from elmo.usages import Usage, read_examples
from tests.conftest import ROOT
from tests.ui.pages import checked, pictured, sent_to_pictures
from tests.ui.pages import opened as open_page
from ui.layers import fit as layers_fit
from ui.layers import maps as layers
from ui.layers import pack as layers_pack
from ui.layers import solid as layers_solid
from ui.layers import source as layers_source
from ui.layers import tables as layers_tables
from ui.layers import umap_worker
from ui.layers.data import Layers
from ui.layers.source import Source, of_text

PAGE = str(ROOT / "pages" / "layers.py")
ECHO = (
    sys.executable,
    "-c",
    (
        "import io, json, sys, time, numpy as np\n"
        "seed = json.loads(sys.stdin.buffer.readline())['seed']\n"
        "layers = np.load(io.BytesIO(sys.stdin.buffer.read()))\n"
        "print(json.dumps({'step': 1, 'steps': 3, 'text': 'fitting'}), flush=True)\n"
        "if seed == 99: time.sleep(60)\n"
        "if seed == 66: sys.exit(1)\n"
        "if seed == 55: sys.exit(print(json.dumps({'error': 'no such map'}), flush=True))\n"
        "print(json.dumps({'done': True}), flush=True)\n"
        "out = io.BytesIO(); np.save(out, layers[:, :, :2]); sys.stdout.buffer.write(out.getvalue())\n"
    ),
)
"""A worker that draws the first two dimensions: all that is tested is how fits are run."""


@pytest.fixture(autouse=True)
def quick_fitter(monkeypatch):
    """The page's fitter with the worker above, so that no test compiles UMAP."""
    fitter = layers_fit.Fitter(ECHO)
    monkeypatch.setattr(layers, "fitter", lambda: fitter)
    yield fitter
    fitter.close()


def opened(**params: str) -> AppTest:
    app = AppTest.from_file(PAGE, default_timeout=200)
    for name, value in params.items():
        app.query_params[name] = value
    return app.run()


def said(app: AppTest) -> str:
    return "\n".join(element.value for element in [*app.markdown, *app.caption])


def best_on_reference_words() -> str:
    """What the bundled model did best by, with no mean taken off."""
    found = stored_reference(Elmo())
    assert found is not None, "run `make start-data`"
    return found.best(centred=False)


def test_first_run_says_which_layer_separates_and_how_far_to_trust_the_maps():
    app = checked(opened())
    exploration = pictured(app)
    best = best_on_reference_words()
    assert [one.name for one in exploration.drawn] == ["layer 0", "layer 1", "layer 2", best]
    told = exploration.findings["the word"][0]
    assert "senses of “bank”" in told and "pair AUC" in told and "95 % interval" in told
    assert not exploration.drawn[0].maps["PCA"].points.any()  # all are one vector
    assert 0 < exploration.drawn[2].maps["PCA"].kept < 1
    assert sent_to_pictures(app)["start"] == {"layers_layer": "Layer 2", "layers_map": "PCA"}
    assert "self-similarity of the 18 uses" in said(app)


def test_its_maps_are_those_of_the_library_and_its_numbers_those_of_word_in_context():
    app = checked(opened(example="spring", weights="1,0,1"))
    vectors = [
        result.layers for result in Elmo().embed([u.tokens for u in read_examples("spring")])
    ]
    layers_ = np.stack([v[:, u.position] for v, u in zip(vectors, read_examples("spring"), strict=True)], axis=1)  # fmt: skip
    mixed = 0.5 * layers_[0] + 0.5 * layers_[2]
    exploration = pictured(app)
    assert exploration.drawn[-1].label == "Your mix"
    for one, picture in zip(
        exploration.drawn, pca_pictures(np.stack([*layers_, mixed]), n_reference=3), strict=True
    ):
        np.testing.assert_allclose(one.maps["PCA"].points, picture.points, atol=1e-4)
    word = pictured(open_page("word", example="spring"))
    assert exploration.uses == word.uses and all(len(use.substitutes) > 5 for use in word.uses)
    for name in ("layer 1", "layer 2"):
        here, there = exploration.representation(name).figures, word.representation(name).figures
        assert here["pair_auc"].value == pytest.approx(there["pair_auc"].value, abs=1e-9)
        assert here["pair_auc"].low == pytest.approx(there["pair_auc"].low, abs=1e-9)


def test_three_axes_are_drawn_alone_and_a_new_word_responds():
    app = checked(opened(layers_axes="3-D"))
    assert "Drag to turn" in said(app)
    app.select_slider(key="layers_solid").set_value("mix").run()
    app.selectbox(key="example").set_value("spring").run()
    checked(app)
    app.segmented_control(key="layers_axes").set_value("2-D").run()
    assert "3 senses of “spring”" in pictured(checked(app)).findings["the word"][0]


def test_what_did_best_on_the_reference_words_stands_beside_the_layers_unless_a_link_asks():
    best = best_on_reference_words()
    app = opened()
    assert app.segmented_control(key="layers_beside").value.lower() == best
    assert f"Compared by {best}, which told apart" in said(app)
    app = opened(layers_beside="Words around")
    assert app.segmented_control(key="layers_beside").value == "Words around"
    assert f"Best there\\: {best}" in said(app)
    app = opened(layers_draw="every word of a text", example="bank")
    assert app.segmented_control(key="layers_beside").value == "Equal mix"
    assert "reference words" not in said(app)


def test_whether_there_are_several_senses_is_said_when_the_groups_are_computed(monkeypatch):
    assert "Senses: " not in said(opened())
    monkeypatch.setenv("ELMO_WARM_UP", "1")
    monkeypatch.setattr(layers_fit.Fitter, "prepare", lambda fitter: None)
    app = checked(opened())
    assert "senses" in said(app).split("Senses: **", 1)[1].split("**", 1)[0]
    assert any("The best cut is" in told for told in pictured(app).drawn[2].sentences)


def test_every_word_of_a_text():
    app = opened(layers_draw=layers_source.TEXT, layers_text_of="bank")
    assert not app.exception and not app.error
    text = said(app)
    n = sum(len(tokens) for tokens in {use.tokens for use in read_examples("bank")})
    assert f"**{n} tokens** have" in text
    assert "words that occur three times or more" in text
    exploration = pictured(app)
    assert len(exploration.uses) == n and exploration.senses == ()
    assert not any(use.substitutes for use in exploration.uses)  # of one word's uses alone
    assert "separation" not in sent_to_pictures(app)["parts"]


def test_umap_comes_into_the_maps_when_it_is_ready(quick_fitter):
    app = opened(layers_method="UMAP")
    deadline = time.monotonic() + 20
    while "UMAP" not in pictured(app).drawn[2].maps and time.monotonic() < deadline:
        time.sleep(0.2)
        app.run()
    checked(app)
    maps = [one.maps["UMAP"] for one in pictured(app).drawn]
    assert [one.method for one in maps] == ["PCA", "UMAP", "UMAP", "UMAP"]  # layer 0: one vector
    fit = next(iter(quick_fitter._fits.values()))
    for one, points in zip(maps, fit.points, strict=True):
        np.testing.assert_allclose(one.points, points, rtol=1e-6)
    assert fit.settings == {"n_axes": 2, "n_neighbors": 6, "min_dist": 0.1, "seed": 13}
    assert sent_to_pictures(app)["start"]["layers_map"] == "UMAP"


def test_a_stopped_fit_leaves_pca_and_can_be_begun_again(quick_fitter):
    app = opened(layers_method="UMAP", seed="99")
    assert not app.exception and not app.error
    (fit,) = quick_fitter._fits.values()
    app.button(key="layers-stop-umap").click().run()
    assert fit.status == "stopped"
    assert "UMAP was stopped; these maps are drawn by PCA." in said(app)
    assert any(button.label == "Fit UMAP" for button in app.button)


def test_too_few_uses_are_told_in_words():
    app = opened(source="Your own text", word="spring")
    app.text_area(key="uses_text").set_value("The spring broke.").run()
    assert not app.exception
    assert any("a map needs at least 2" in error.value for error in app.error)
    app.text_area(key="uses_text").set_value(
        "The spring broke.\nIn spring it rains.\nA spring day"
    ).run()
    assert not app.exception and not app.error
    app.segmented_control(key="layers_method").set_value("UMAP").run()
    assert not app.exception and not app.error
    assert any("UMAP needs at least 10 dots, here are 3" in info.value for info in app.info)


def test_too_few_different_vectors_for_umap_are_told_in_words():
    app = opened(source="Your own text", word="spring", layers_method="UMAP")
    lines = ["The spring broke.", "In spring it rains.", "A spring day."] * 4
    app.text_area(key="uses_text").set_value("\n".join(lines)).run()
    assert not app.exception and not app.error
    told = "UMAP needs at least 10 different vectors in a layer, here are at most 3"
    assert any(told in info.value for info in app.info)


def test_an_empty_text_asks_for_one():
    app = opened(layers_draw=layers_source.TEXT, layers_text_of=layers_source.OWN)
    assert not app.exception and not app.error
    assert any("Paste a text" in info.value for info in app.info)
    app.text_area(key="layers_text").set_value("They don’t sit on the bank.").run()
    assert not app.exception and not app.error
    assert any("The model reads n’t as n't" in caption.value for caption in app.caption)
    app.text_area(key="layers_text").set_value("one").run()
    assert any("a map needs at least 2" in error.value for error in app.error)


# The parts below need no screen.


def wait_for(fit: layers_fit.Fit, status: str) -> None:
    deadline = time.monotonic() + 30
    while fit.status != status and time.monotonic() < deadline:
        time.sleep(0.02)
    assert fit.status == status


VECTORS = np.arange(24, dtype=np.float32).reshape(2, 4, 3)


def test_fits_run_are_kept_and_can_be_stopped(quick_fitter):
    fit = quick_fitter.start("a", VECTORS, {"seed": 1})
    wait_for(fit, "done")
    np.testing.assert_array_equal(fit.points, VECTORS[:, :, :2])
    assert quick_fitter.start("a", VECTORS, {"seed": 1}) is fit
    long = quick_fitter.start("b", VECTORS, {"seed": 99})
    waiting = quick_fitter.start("c", VECTORS, {"seed": 1})
    wait_for(long, "running")
    assert quick_fitter.position(waiting) == 1
    assert quick_fitter.seconds_left(long) >= 1
    began = time.monotonic()
    quick_fitter.stop(long)
    wait_for(waiting, "done")  # in a new process
    assert time.monotonic() - began < 20
    assert long.status == "stopped" and long.points is None
    again = quick_fitter.start("b", VECTORS, {"seed": 1})
    assert again is not long
    wait_for(again, "done")


def test_a_waiting_fit_leaves_the_queue(quick_fitter):
    long = quick_fitter.start("b", VECTORS, {"seed": 99})
    wait_for(long, "running")
    waiting = quick_fitter.start("c", VECTORS, {"seed": 1})
    quick_fitter.stop(waiting)
    assert waiting.status == "stopped"
    assert quick_fitter.position(waiting) == 0
    quick_fitter.stop(long)


def test_a_fit_that_fails_says_why(quick_fitter):
    fit = quick_fitter.start("a", VECTORS, {"seed": 55})
    wait_for(fit, "failed")
    assert fit.error == "no such map"
    died = quick_fitter.start("b", VECTORS, {"seed": 66})
    wait_for(died, "failed")
    assert "ended without a message" in (died.error or "")
    wait_for(quick_fitter.start("c", VECTORS, {"seed": 1}), "done")


def test_too_many_fits_are_refused(quick_fitter):
    first = quick_fitter.start("b", VECTORS, {"seed": 99})
    wait_for(first, "running")
    for number in range(layers_fit.MAX_WAITING):
        quick_fitter.start(f"w{number}", VECTORS, {"seed": 1})
    with pytest.raises(BusyError, match="8 UMAP fits are waiting"):
        quick_fitter.start("more", VECTORS, {"seed": 1})


@pytest.mark.soak
def test_the_servers_memory_is_level_over_200_fits(quick_fitter):
    vectors = np.random.default_rng(0).normal(size=(3, 300, 256)).astype(np.float32)
    sizes = []
    for number in range(200):
        wait_for(quick_fitter.start(f"fit {number}", vectors, {"seed": 1}), "done")
        sizes.append(resident_bytes(os.getpid()))
    n_filled = 2 * layers_fit.MAX_FITS  # until then the kept fits add their points
    assert max(sizes[n_filled:]) - sizes[n_filled] < 10 * 1024**2


@pytest.mark.parametrize("seed", [0, 1])
def test_worker_fits_once_or_names_what_is_wrong(seed, monkeypatch):
    def fake(layers, progress, seed):
        progress(1, 2, "fitting")
        if seed == 1:
            raise InputError("UMAP needs at least 10 different points, here are 4")
        return [Picture(vectors[:, :2], "UMAP", 4, None, None) for vectors in layers]

    monkeypatch.setattr(umap_worker, "umap_pictures", fake)
    request, answers = io.BytesIO(), io.BytesIO()
    request.write(json.dumps({"seed": seed}).encode() + b"\n")
    np.save(request, VECTORS)
    request.seek(0)
    umap_worker.serve(request, answers)
    answers.seek(0)
    assert json.loads(answers.readline()) == {"step": 1, "steps": 2, "text": "fitting"}
    last = json.loads(answers.readline())
    if seed == 1:
        assert last == {"error": "UMAP needs at least 10 different points, here are 4"}
    else:
        assert last == {"done": True}
        np.testing.assert_array_equal(np.load(answers), VECTORS[:, :, :2])
    umap_worker.serve(io.BytesIO(), answers)  # the server ended before it had a fit


def _source(n: int = 6) -> Source:
    tokens = ("a", "spring", "day", "and", "a", "night")
    return Source(
        "spring",
        tuple(Usage("a spring day", tokens, i % 6, "xy"[i % 2]) for i in range(n)),
        False,
        n,
    )


def test_sampling_a_long_text_takes_whole_sentences(monkeypatch):
    monkeypatch.setattr(layers_source, "MAX_MAP_POINTS", 30)
    sentences = [(f"w{i}", "x", "y", "z") for i in range(20)]
    source = of_text("t", sentences, seed=3)
    assert source.n_found == 80
    assert len(source.points) == 28
    assert source.sentence_ids == [i for i in range(7) for _ in range(4)]
    assert source == of_text("t", sentences, seed=3)
    assert source != of_text("t", sentences, seed=4)
    order = [int(tokens[0][1:]) for tokens in source.sentences]
    assert order == sorted(order)


def test_words_are_coloured_by_frequency_in_three_axes():
    forms = ["The", "the", "bank", ".", ".", ".", "the", "bank", "x"]
    assert layers_solid.frequent_words(forms)[:4] == ["the", "the", "bank", None]
    many = [f"w{i}" for i in range(20) for _ in range(20 - i)]
    assert len(set(layers_solid.frequent_words(many))) == 8


def test_every_dot_is_drawn_once_in_three_axes_and_texts_are_text(rng):
    xyz = rng.normal(size=(6, 3))
    groups = ["<i>x</i>", None, "y", "y", None, "<i>x</i>"]
    fig = go.Figure(layers_solid.figure(xyz, groups, ["<b>"] * 6))
    assert [trace.name for trace in fig.data] == ["&lt;i&gt;x&lt;/i&gt;", "y", "others"]
    np.testing.assert_allclose(fig.data[1].z, xyz[[2, 3], 2], rtol=1e-6)
    assert sum(len(trace.x) for trace in fig.data) == 6
    assert fig.data[0].hovertext[0] == "1 · &lt;b&gt;"


def test_tables_hold_what_is_drawn(rng):
    source = _source()
    vectors = rng.normal(size=(3, 6, 5)).astype(np.float32)
    found = Layers("k", ("Layer 0", "Layer 1", "Equal mix"), vectors, equal_mix(2))
    drawn = pca_pictures(vectors, n_reference=2)
    table = layers_tables.coordinates(source, found, [picture.points for picture in drawn])
    np.testing.assert_allclose(table["Layer 1 y"], drawn[1].points[:, 1], atol=1e-6)
    assert list(table["number"]) == [1, 2, 3, 4, 5, 6]


def test_pack_computes_the_maps_of_the_page(rng):
    vectors = [rng.normal(size=(2, length, 5)).astype(np.float32) for length in (3, 4, 6)]
    places = [[0, 1], [1, 3], [2, 0], [2, 5], [1, 0]]
    settings = {
        "points": [[s, p, p + 1, p, 1] for s, p in places],
        "representation": "your mix",
        "weights": [0.25, 0.75],
        "n_axes": 2,
    }
    found = layers_pack.results(vectors, settings)
    layer_vectors = np.stack([vectors[s][:, p] for s, p in places], axis=1)
    mixed = 0.25 * layer_vectors[0] + 0.75 * layer_vectors[1]
    drawn = pca_pictures(np.stack([*layer_vectors, mixed]), n_reference=2)
    np.testing.assert_allclose(found["points"], [p.points for p in drawn], atol=1e-6)
    assert found["neighbours_kept"].tolist() == [p.kept.share for p in drawn]
