"""Layers: what it says is what the numbers say; its controls respond; bad input is told; links restore."""

import io
import json
import sys
import time
from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest
from streamlit.testing.v1 import AppTest

from elmo import Elmo
from elmo.errors import BusyError, InputError
from elmo.explore.neighbours import Kept
from elmo.explore.projection import Picture, pca_pictures
from elmo.explore.senses import Clusters, Verdict
from elmo.representation import equal_mix
from elmo.tasks.senses.reference import kept
from elmo.usages import Usage, read_examples
from elmo.views.numbers import percent
from tests.conftest import ROOT
from ui.layers import colourings, umap_worker, words
from ui.layers import controls as layers_controls
from ui.layers import figures as layers_figures
from ui.layers import fit as layers_fit
from ui.layers import groups as layers_groups
from ui.layers import maps as layers
from ui.layers import pack as layers_pack
from ui.layers import source as layers_source
from ui.layers import tables as layers_tables
from ui.layers.data import Layers, cosines_to
from ui.layers.source import Source, of_text

PAGE = str(ROOT / "pages" / "layers.py")
ECHO = (
    sys.executable,
    "-c",
    (
        "import json, sys, time, numpy as np\n"
        "for line in sys.stdin:\n"
        "    request = json.loads(line)\n"
        "    if 'input' in request:\n"
        "        print(json.dumps({'step': 1, 'steps': 3, 'text': 'fitting'}), flush=True)\n"
        "        if request['settings'].get('seed') == 99: time.sleep(60)\n"
        "        if request['settings'].get('seed') == 66: sys.exit(1)\n"
        "        if request['settings'].get('seed') == 55:\n"
        "            print(json.dumps({'error': 'no such map'}), flush=True); continue\n"
        "        np.save(request['output'], np.load(request['input'])[:, :, :2])\n"
        "    print(json.dumps({'done': True}), flush=True)\n"
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
    found = kept(Elmo())
    assert found is not None, "run `make start-data`"
    return found.best(centred=False)


def test_first_run_says_which_layer_separates_and_how_far_to_trust_the_maps():
    app = opened()
    assert not app.exception and not app.error
    text = said(app)
    assert "senses of “bank”" in text
    assert "pair AUC" in text and "95 % interval" in text
    assert "all 18 are one vector" not in text  # that is written in the picture
    assert "All dots have the same vector, so there are no neighbours to judge." in text
    assert text.count("true neighbours") >= 3
    assert "**From layer 1 to layer 2** the dots move" in text
    assert "self-similarity of the 18 uses" in text


def test_slider_colour_axes_and_a_new_word_respond():
    app = opened()
    app.select_slider(key="layers_layer").set_value("mix").run()
    assert f"**From layer 2 to {best_on_reference_words()}**" in said(app)
    app.select_slider(key="layers_layer").set_value("0").run()
    assert "**From" not in said(app)
    for colour in ("sentence", "position in the sentence", "cluster", "similarity to a chosen use"):
        app.selectbox(key="layers_colour").set_value(colour).run()
        assert not app.exception and not app.error, colour
    assert "cosine with 1 (“bank”)" in said(app)
    app.segmented_control(key="layers_axes").set_value("3-D").run()
    assert "A lasso needs two axes" in said(app)
    app.selectbox(key="example").set_value("spring").run()
    assert not app.exception and not app.error
    assert "3 senses of “spring”" in said(app)


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


def test_clusters_are_told_of_where_dots_are_coloured_by_them():
    assert "lusters" not in said(opened())
    assert "**No clusters in any map**" in said(opened(layers_colour="cluster"))
    one = Clusters(np.zeros(6, int), np.zeros((0, 4)), {}, 0.4, Verdict.NOT_SEPARATED)
    two = replace(one, labels=np.arange(6) % 2, p=0.02, verdict=Verdict.SEPARATED)
    told = layers_groups.finding(("Layer 0", "Layer 1", "Equal mix"), [one, two, one])
    assert told.startswith("**Clusters found without labels** at layer 1: 2 clusters (random data")
    assert "in 2.0% of trials" in told and told.endswith("None at layer 0, equal mix.")
    few = replace(one, p=float("nan"), verdict=Verdict.TOO_FEW)
    assert "Too few dots" in layers_groups.finding(("Layer 0",), [few])


def test_a_link_restores_the_view():
    app = opened(
        example="spring",
        layers_layer="Layer 1",
        layers_colour="sentence",
        selected="2,5,900",
        weights="1,0,1",
    )
    assert not app.exception and not app.error
    text = said(app)
    assert "“spring”" in text
    assert "**From layer 0 to layer 1**" in text
    assert "**2 of 18 selected**: 2 × season" in text
    assert "**Your mix**" in text
    assert app.selectbox(key="layers_colour").value == "sentence"
    assert app.query_params["selected"] in ("2,5", ["2,5"])


def test_a_group_is_selected_by_its_name():
    app = opened(example="spring")
    app.selectbox(key="layers_group").set_value("coil").run()
    assert not app.exception and not app.error
    assert "**6 of 18 selected**: 6 × coil" in said(app)


def test_clear_selection_brings_all_lines_back():
    app = opened(selected="2,5")
    assert "**2 of 18 selected**" in said(app)
    app.button(key="layers-clear").click().run()
    assert "selected**" not in said(app)
    assert "selected" not in app.query_params


def test_every_word_of_a_text():
    app = opened(layers_draw=layers_source.TEXT, layers_text_of="bank")
    assert not app.exception and not app.error
    text = said(app)
    n = sum(len(tokens) for tokens in {use.tokens for use in read_examples("bank")})
    assert f"**{n} tokens** have" in text
    assert "words that stand three times or more" in text
    assert app.selectbox(key="layers_colour").value == "word"


def test_umap_replaces_pca_when_it_is_ready(quick_fitter):
    app = opened(layers_method="UMAP")
    deadline = time.monotonic() + 20
    while "All dots" in said(app) and time.monotonic() < deadline:
        if any("UMAP" in block for block in [said(app)]) and not app.get("progress"):
            break
        time.sleep(0.2)
        app.run()
    assert not app.exception and not app.error
    assert "Drawn by PCA: UMAP needs 10 different vectors, here are 1." in said(app)
    fits = list(quick_fitter._kept.values())
    assert [fit.status for fit in fits] == ["done"]
    assert fits[0].settings == {"n_axes": 2, "n_neighbors": 6, "min_dist": 0.1, "seed": 13}


def test_a_stopped_fit_leaves_pca_and_can_be_begun_again(quick_fitter):
    app = opened(layers_method="UMAP", seed="99")
    assert not app.exception and not app.error
    (fit,) = quick_fitter._kept.values()
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
    assert "ended without a word" in (died.error or "")
    wait_for(quick_fitter.start("c", VECTORS, {"seed": 1}), "done")


def test_too_many_fits_are_refused(quick_fitter):
    first = quick_fitter.start("b", VECTORS, {"seed": 99})
    wait_for(first, "running")
    for number in range(layers_fit.MAX_WAITING):
        quick_fitter.start(f"w{number}", VECTORS, {"seed": 1})
    with pytest.raises(BusyError, match="8 UMAP fits are waiting"):
        quick_fitter.start("more", VECTORS, {"seed": 1})


def test_worker_answers_requests_and_names_what_is_wrong(tmp_path, monkeypatch):
    def fake(layers, progress, **settings):
        progress(1, 2, "fitting")
        if settings["seed"] == 1:
            raise InputError("UMAP needs at least 10 different points, here are 4")
        return [Picture(vectors[:, :2], "UMAP", 4, None, None) for vectors in layers]

    monkeypatch.setattr(umap_worker, "umap_pictures", fake)
    np.save(tmp_path / "in.npy", VECTORS)
    requests = "".join(
        json.dumps(
            {
                "input": str(tmp_path / "in.npy"),
                "output": str(tmp_path / "out.npy"),
                "settings": {"seed": seed},
            }
        )
        + "\n"
        for seed in (0, 1)
    )
    answers = io.StringIO()
    umap_worker.work(io.StringIO(requests), answers)
    told = [json.loads(line) for line in answers.getvalue().splitlines()]
    assert told[:2] == [{"step": 1, "steps": 2, "text": "fitting"}, {"done": True}]
    assert told[3] == {"error": "UMAP needs at least 10 different points, here are 4"}
    np.testing.assert_array_equal(np.load(tmp_path / "out.npy"), VECTORS[:, :, :2])


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


@pytest.mark.parametrize(
    ("text", "rows"),
    [("1,4", [0, 3]), ("", []), ("0,7,x,-1,2.5,6", [5]), ("9" * 40, []), ("3,3", [2])],
)
def test_points_named_in_a_link(text, rows):
    assert layers_controls.rows_of(text, 6) == rows


def test_an_unknown_colouring_is_an_error():
    with pytest.raises(InputError, match="no colouring 'shape'; there are word, sense, sentence"):
        colourings.colourings(None, None, "shape", 0, 0)


def test_words_are_coloured_by_frequency():
    forms = ["The", "the", "bank", ".", ".", ".", "the", "bank", "x"]
    assert colourings.frequent_words(forms)[:4] == ["the", "the", "bank", "other words"]
    many = [f"w{i}" for i in range(20) for _ in range(20 - i)]
    assert len(set(colourings.frequent_words(many))) == colourings.N_WORDS_COLOURED + 1


def test_thirds_are_by_rank():
    values = np.array([5.0, 1.0, 3.0, 2.0, 9.0, 7.0])
    low, middle, high = layers_figures.THIRDS
    assert layers_figures.thirds(values) == [middle, low, middle, low, high, high]


def test_every_point_is_drawn_once_and_the_selection_stays_marked(rng):
    source, xy = _source(), rng.normal(size=(6, 2))
    colouring = layers_figures.Colouring("sense", source.senses)
    fig = go.Figure(
        layers_figures.large_map(
            xy, colouring, layers_controls.hover(source), [1, 4], 2.0, xy + 1, [2]
        )
    )
    lines, *traces = fig.data
    assert list(lines.x) == [xy[2, 0] + 1, xy[2, 0], None]
    rows = [int(row) for trace in traces for row in trace.customdata]
    assert sorted(rows) == list(range(6))
    marked = [int(trace.customdata[i]) for trace in traces for i in trace.selectedpoints]
    assert sorted(marked) == [1, 4]
    assert all(trace.unselected.marker.color == "#8C8C8C" for trace in traces)
    for trace in traces:
        np.testing.assert_allclose(trace.x, xy[trace.customdata, 0], rtol=1e-6)


def test_many_points_are_drawn_by_webgl_and_three_axes_keep_the_selection(rng):
    n = layers_figures.WEBGL_FROM
    colouring = layers_figures.Colouring("place", ["a"] * n)
    fig = layers_figures.large_map(rng.normal(size=(n, 2)), colouring, ["h"] * n, [], 2.0)
    assert go.Figure(fig).data[0].type == "scattergl"
    four = layers_figures.Colouring("s", ["a"] * 4)
    fig = go.Figure(layers_figures.large_map(rng.normal(size=(4, 3)), four, ["h"] * 4, [2], 2.0))
    assert fig.data[0].type == "scatter3d"
    faint = [colour == "rgba(128, 128, 128, 0.35)" for colour in fig.data[0].marker.color]
    assert faint == [True, True, False, True]


def test_hover_and_legend_escape_what_people_type():
    use = Usage("<b>x</b>", ("<b>", "x"), 1, "<i>s</i>")
    source = Source("x", (use, use), False, 2)
    colouring = layers_figures.Colouring("sense", source.senses)
    fig = go.Figure(
        layers_figures.small_map(
            np.zeros((2, 2)), colouring, layers_controls.hover(source), [], 1.0, None
        )
    )
    assert "<b>" not in fig.data[0].hovertext[0] and "&lt;b&gt;" in fig.data[0].hovertext[0]
    assert fig.data[0].name == "&lt;i&gt;s&lt;/i&gt;"
    assert "<i>s" not in words.legend_html(["<i>s</i>"])


@pytest.mark.parametrize(
    ("share", "word"),
    [
        (0.9, "close to the truth"),
        (0.65, "a fair sketch"),
        (0.45, "a rough sketch"),
        (0.25, "not to be read closely"),
    ],
)
def test_trust_in_words_takes_chance_out(share, word):
    kept = Kept(share, 0.25, 0.9, 5, 21)
    assert words.trust(kept) == word
    picture = Picture(np.zeros((2, 2)), "PCA", 21, 0.5, kept)
    assert f"{percent(share)}" in words.trust_line(picture)
    assert "25 %" in words.trust_help(picture) and ".90" in words.trust_help(picture)


def test_what_moved_is_told_with_the_neighbours_that_stayed():
    source = _source()
    moved = np.array([0.0, 0.1, 0.9, 0.2, 0.3, 0.0])
    text = words.movers_finding(
        source, "Layer 1", "Layer 2", [2, 4], moved, np.array([0.5, 0.7, 1.0])
    )
    assert "move .25 on average" in text
    assert "Furthest: 3 (“a spring day and a night”), 5" in text
    assert "60 % stay the same" in text
    assert words.movers_finding(source, "a", "b", [], moved, moved) == "No dot moved."
    equal = words.movers_finding(source, "Layer 0", "Layer 1", [2], moved, None)
    assert "In layer 0 many vectors are equal" in equal


def test_counts_of_a_selection():
    assert words.selection_counts(_source(), [0, 2, 3]) == "**3 of 6 selected**: 2 × x, 1 × y"
    text = of_text("t", [("a", "b", "A", "c")], 0)
    assert words.selection_counts(text, [0, 1, 2]) == "**3 of 4 selected**: 2 × a, 1 × b"


def test_tables_hold_what_is_drawn(rng):
    source = _source()
    vectors = rng.normal(size=(3, 6, 5)).astype(np.float32)
    found = Layers("k", ("Layer 0", "Layer 1", "Equal mix"), vectors, equal_mix(2))
    drawn = pca_pictures(vectors, n_reference=2)
    table = layers_tables.coordinates(source, found, drawn)
    np.testing.assert_allclose(table["Layer 1 y"], drawn[1].points[:, 1], atol=1e-6)
    assert list(table["number"]) == [1, 2, 3, 4, 5, 6]
    numbers = layers_tables.numbers(found, drawn, None)
    assert list(numbers["layer"]) == ["Layer 0", "Layer 1", "Equal mix"]
    assert numbers["neighbours kept"][1] == drawn[1].kept.share
    moves = layers_tables.movers_table(
        source, [1, 2], np.array([0.1, 0.5, 0.2, 0, 0, 0]), np.array([0.3, 1])
    )
    assert list(moves["number"]) == [2, 3]
    assert list(moves["moved"]) == [0.5, 0.2]
    cosines = cosines_to(found, 2)
    assert cosines.shape == (3, 6)
    assert cosines[:, 2] == pytest.approx(1)


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
