"""In a notebook: traits go both ways, anybody's vectors are drawn, wrong ones are refused by name."""

import ast
import json
import os

import h5py
import numpy as np
import pytest

pytest.importorskip("anywidget", reason="needs the extra notebook")
import traitlets

from elmo.errors import InputError
from elmo.notebook import View, change, compare
from elmo.views.encoding import from_json, to_json
from elmo.views.page import read
from tests.conftest import ROOT
from tests.views.conftest import made_up_layers, made_up_uses


@pytest.fixture
def view(exploration):
    return View(exploration, ["map"])


def test_python_and_the_browser_set_the_same_state(view, exploration):
    assert view.representation in ("layer 1", "layer 2") and view.selection == []
    assert view.weights == pytest.approx((1 / 3,) * 3)
    heard = []
    view.observe(lambda change: heard.append((change["name"], change["new"])), ["selection", "weights"])  # fmt: skip
    view.selection = [3, 1]
    assert view.state["selection"] == [3, 1]
    view.weights = (0.5, 0.25, 0.25)
    assert view.state["weights"] == [0.5, 0.25, 0.25] and view.representation == "a mix"
    view.state = {
        **view.state,
        "selection": [2],
        "representation": "layer 0",
    }  # as the browser does
    assert view.selection == [2] and view.representation == "layer 0"
    assert heard == [("selection", [3, 1]), ("weights", (0.5, 0.25, 0.25)), ("selection", [2])]
    for name, value, message in (
        ("selection", [13], "from 0 to 12"),
        ("representation", "layer 7", "'layer 7', expected one of"),
        ("weights", (1, 1, 1), "their sum 1"),
    ):
        with pytest.raises(traitlets.TraitError, match=message):
            setattr(view, name, value)
    assert to_json(from_json(view.data)) == to_json(exploration)


def test_it_shows_what_the_saved_page_shows(view, tmp_path):
    view.save(tmp_path / "bank.html")
    assert to_json(read(tmp_path / "bank.html")) == view.data


def test_vectors_of_others_as_arrays_and_as_files_of_embed_s_layout(tmp_path):
    uses = made_up_uses(7)
    rng = np.random.default_rng(1)
    words = [rng.normal(size=(2, len(use.tokens), 5)).astype(np.float32) for use in uses]
    with h5py.File(tmp_path / "a.hdf5", "w") as file:
        for i, layers in enumerate(words):
            file.create_dataset(str(i), data=layers)
        file["sentence_to_index"] = json.dumps({})
    np.savez(tmp_path / "b.npz", **{str(i): layers[1] for i, layers in enumerate(words)})
    array = made_up_layers(7)[2]
    view = compare(uses, {"ELMo": array, "A": tmp_path / "a.hdf5", "B": str(tmp_path / "b.npz")})
    names = [d.name for d in view.exploration.drawn if d.compared == "the word"]
    assert names == ["ELMo", "A, layer 0", "A, layer 1", "B"]
    np.testing.assert_array_equal(view.exploration.cosines("A, layer 1"), view.exploration.cosines("B"))  # fmt: skip
    assert view.weights == () and view.exploration.mixing is None
    with pytest.raises(traitlets.TraitError):
        view.weights = (1.0,)


def test_wrong_vectors_are_refused_by_name(tmp_path):
    uses = made_up_uses(4)
    np.savez(tmp_path / "few.npz", **{"0": np.zeros((8, 3))})
    np.savez(tmp_path / "short.npz", **{str(i): np.zeros((7, 3)) for i in range(4)})
    words = [np.zeros((2, len(use.tokens), 3)) for use in uses]
    with h5py.File(tmp_path / "many.hdf5", "w") as file:
        for i, layers in enumerate([*words, words[0]]):
            file[str(i)] = layers
    np.savez(
        tmp_path / "other.npz",
        **{str(i): np.zeros((2, len(use.tokens), 3 + (i == 2))) for i, use in enumerate(uses)},
    )
    np.savez(
        tmp_path / "nan.npz",
        **{
            str(i): np.full((2, len(use.tokens), 3), np.nan if i == 2 else 0.0)
            for i, use in enumerate(uses)
        },
    )
    with h5py.File(tmp_path / "link.hdf5", "w") as file:
        for i in range(4):
            file[str(i)] = h5py.ExternalLink("many.hdf5", f"/{i}")
    np.save(tmp_path / "pickled.npy", np.array([{}]), allow_pickle=True)
    (tmp_path / "text.hdf5").write_text("no")
    for value, message in (
        (tmp_path / "few.npz", r"few\.npz does not fit the 4 sentences: .*data set 1 is missing"),
        (tmp_path / "short.npz", r"data set 0 has shape \(7, 3\), 7 words, but its sentence has"),
        (tmp_path / "many.hdf5", "has a data set 4, but there are 4 sentences"),
        (tmp_path / "other.npz", "2 layers of 3 numbers, 2 layers of 4 numbers"),
        (
            tmp_path / "nan.npz",
            "data set 2 has values of type float64 or values that are not finite",
        ),
        (tmp_path / "link.hdf5", "data set 0 is missing"),
        (tmp_path / "text.hdf5", "cannot be read as vectors"),
        (tmp_path / "none.npz", "cannot be read as vectors"),
        (np.zeros(3), r"'x' have shape \(3,\)"),
        (np.zeros((3, 2)), r"'x' have shape \(3, 2\)"),
    ):
        with pytest.raises(InputError, match=message):
            compare(uses, {"x": value})
    with pytest.raises(InputError, match="neither a file nor an example"):
        compare("no such word", {"x": np.zeros((3, 2))})


def test_the_notebook_of_the_docs_runs(tmp_path, monkeypatch, capsys):
    """Runs each cell in this process; a kernel would load torch a second time."""
    notebook = json.loads((ROOT / "docs" / "explore.ipynb").read_text(encoding="utf-8"))
    monkeypatch.chdir(tmp_path)
    names, shown = {}, []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            *statements, last = ast.parse("".join(cell["source"])).body
            if isinstance(last, ast.Expr):
                exec(compile(ast.Module(statements, []), "explore.ipynb", "exec"), names)  # noqa: S102
                expression = compile(ast.Expression(last.value), "explore.ipynb", "eval")
                shown.append(eval(expression, names))  # noqa: S307
            else:
                module = ast.Module([*statements, last], [])
                exec(compile(module, "explore.ipynb", "exec"), names)  # noqa: S102
    assert read(tmp_path / "bank.html").word == "bank"
    assert sum(isinstance(value, View) for value in shown) == 3
    printed = capsys.readouterr().out
    assert "pair AUC at layer 2: 0." in printed and "separate" in printed


@pytest.mark.soak
def test_the_notebook_of_the_docs_runs_in_a_kernel(tmp_path):
    nbclient = pytest.importorskip("nbclient", reason="needs nbclient and ipykernel")
    nbformat = pytest.importorskip("nbformat", reason="needs nbclient and ipykernel")
    notebook = nbformat.read(ROOT / "docs" / "explore.ipynb", as_version=4)
    environment = os.environ | {"PYTHONPATH": str(ROOT), "IPYTHONDIR": str(tmp_path)}
    client = nbclient.NotebookClient(
        notebook,
        timeout=240,
        kernel_name="python3",
        resources={"metadata": {"path": str(tmp_path)}},
    )
    client.execute(env=environment)
    assert read(tmp_path / "bank.html").word == "bank"
    shown = [o for cell in notebook.cells for o in cell.get("outputs", []) if "data" in o]
    widgets = [o for o in shown if "application/vnd.jupyter.widget-view+json" in o["data"]]
    assert len(widgets) == 3


def test_a_word_s_change_in_two_texts(tmp_path, monkeypatch):
    monkeypatch.setenv("ELMO_HOME", str(tmp_path))
    for name, sentence in (("old", "The mouse ran ."), ("new", "A mouse of a computer .")):
        (tmp_path / f"{name}.txt").write_text(f"{sentence}\n" * 6)
    view = change("mouse", tmp_path / "old.txt", tmp_path / "new.txt", n_uses=5)
    assert view.representation == "halves added"
    assert view.exploration.senses == ("old", "new") and len(view.labels) == 10
    with pytest.raises(InputError, match="'rat' stands 0 times"):
        change("rat", tmp_path / "old.txt", tmp_path / "new.txt")
