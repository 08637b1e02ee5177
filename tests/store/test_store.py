"""The store: names, adding whole or not at all, sessions, and homes that cannot be written."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

from elmo.errors import InputError, ModelFileError, StoreError
from elmo.model.weights import write_model
from elmo.store import entry as model_files
from elmo.store import store
from elmo.store.store import Store, suggested_name
from tests.conftest import random_model, small_options


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch) -> Path:
    """A home of this test's own."""
    monkeypatch.setenv("ELMO_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def folder(small_model_files) -> Path:
    """The folder of a small model."""
    return small_model_files[0].parent


def add_softmax(folder: Path) -> None:
    words = ["<S>", "</S>", "<UNK>", "bank"]
    (folder / "vocab.txt").write_text("\n".join(words) + "\n")
    with h5py.File(folder / "softmax.hdf5", "w") as file:
        file["W"] = np.ones((4, 6), np.float32)
        file["b"] = np.zeros(4, np.float32)


def test_added_models_are_found_by_name_and_are_the_same_model(folder, home):
    entry = Store().add_folder("bank-1", folder, "trained", source="a test")
    assert (entry.kind, entry.source, entry.softmax_file) == ("trained", "a test", None)
    assert "bank-1" in Store().names()
    assert Store().load("bank-1").fingerprint == Store().find(model=str(folder)).load().fingerprint
    assert entry.sha256 == model_files.sha256_of(folder / "weights.hdf5")
    assert Store().load("bank-1").name == "bank-1"
    assert [p.name for p in (home / "models").iterdir()] == ["bank-1"], "nothing half done is left"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "..",
        ".hidden",
        "a/b",
        "a\\b",
        "../bank",
        "x" * 65,
        "bänk",
        "a b",
        "a\n",
        "bundled",
        "Bundled",
    ],
)
def test_a_name_that_is_a_path_or_taken_is_refused(folder, name):
    with pytest.raises(StoreError, match="name|already"):
        Store().add_folder(name, folder, "trained")


def test_a_taken_name_keeps_the_first_model(folder):
    first = Store().add_folder("bank", folder, "trained")
    with pytest.raises(StoreError, match="already is a model 'bank'"):
        Store().add_folder("BANK", folder, "uploaded")
    assert Store().get("bank") == first


@pytest.mark.parametrize("name", ["../bank", "/etc", "nothing", ".", None])
def test_getting_an_unknown_name_lists_those_there_are(folder, name):
    Store().add_folder("bank", folder, "trained")
    with pytest.raises(StoreError, match="there are: .*bank"):
        Store().get(name)


def test_a_wrong_model_is_refused_whole(tmp_path, folder, home):
    wrong = shutil.copytree(folder, tmp_path / "wrong")
    options = json.loads((wrong / "options.json").read_text())
    options["lstm"]["projection_dim"] = 5
    (wrong / "options.json").write_text(json.dumps(options))
    with pytest.raises(ModelFileError, match="CNN_proj/W_proj has shape"):
        Store().add_folder("wrong", wrong, "uploaded")
    assert "wrong" not in Store().names()
    assert list((home / "models").iterdir()) == []


def test_a_softmax_comes_along_and_its_absence_is_told(tmp_path, folder):
    Store().add_folder("vectors", folder, "trained")
    with pytest.raises(StoreError, match="'vectors' has no softmax.hdf5"):
        Store().load_softmax("vectors")
    predicting = shutil.copytree(folder, tmp_path / "predicting")
    add_softmax(predicting)
    (predicting / "MODEL_CARD.md").write_text("# A card")
    entry = Store().add_folder("words", predicting, "trained")
    assert Store().load_softmax("words").words[-1] == "bank"
    assert entry.card == "# A card"
    (predicting / "vocab.txt").write_text("another\nfile\n")
    with pytest.raises(InputError, match="vocab.txt has no line <UNK>"):
        Store().add_folder("other-words", predicting, "trained")


def test_uploads_are_seen_by_their_session_only(tmp_path, folder):
    one, other = Store(session=tmp_path / "one"), Store(session=tmp_path / "other")
    one.add_folder("mine", folder, "uploaded")
    one.add_folder("ours", folder, "trained")
    assert "mine" in one.names()
    assert "mine" not in other.names() and "mine" not in Store().names()
    assert "ours" in other.names()
    with pytest.raises(StoreError):
        other.get("mine")


def test_removing(folder):
    Store().add_folder("bank", folder, "trained")
    Store().remove("bank")
    assert "bank" not in Store().names()
    with pytest.raises(StoreError, match="no model 'bank'"):
        Store().remove("bank")


def test_the_official_file_names_are_understood(tmp_path, folder):
    official = tmp_path / "official"
    official.mkdir()
    for name in ("options.json", "weights.hdf5"):
        shutil.copy(folder / name, official / f"elmo_2x1024_{name}")
    assert Store().find(model=str(official)).load().options == small_options()
    shutil.copy(folder / "weights.hdf5", official / "elmo_2x2048_weights.hdf5")
    with pytest.raises(StoreError, match="several files .*elmo_2x1024_weights.hdf5, elmo_2x2048"):
        Store().find(model=str(official)).load()


def test_the_ways_to_name_a_model_on_the_command_line(folder, tmp_path, monkeypatch):
    options, weights = str(folder / "options.json"), str(folder / "weights.hdf5")
    by_files = Store().find(options=options, weights=weights).load()
    assert by_files.fingerprint == Store().find(model=str(folder)).load().fingerprint
    with pytest.raises(InputError, match="twice"):
        Store().find(model="bank", options=options, weights=weights).load()
    with pytest.raises(InputError, match="both files"):
        Store().find(options=options).load()
    with pytest.raises(StoreError, match="there is no model 'nowhere'"):
        Store().find(model="nowhere").load()
    # A name in the store comes before a folder of the same name.
    other = tmp_path / "other"
    other.mkdir()
    write_model(
        random_model(small_options(), seed=1), other / "options.json", other / "weights.hdf5"
    )
    Store().add_folder("same", other, "trained")
    monkeypatch.chdir(tmp_path)
    shutil.copytree(folder, tmp_path / "same")
    assert Store().find(model="same").load().fingerprint != by_files.fingerprint
    assert Store().find(model="./same").load().fingerprint == by_files.fingerprint


def test_a_home_that_cannot_be_written_is_told_and_the_rest_goes_on(tmp_path, folder, monkeypatch):
    (tmp_path / "file").write_text("a file where a folder is wanted")
    monkeypatch.setenv("ELMO_HOME", str(tmp_path / "file" / "home"))
    monkeypatch.setattr(store, "BUNDLED", folder)
    assert Store().names() == ["bundled"]
    assert Store().load("bundled").options == small_options()
    with pytest.raises(StoreError, match="set ELMO_HOME .* bundled model works"):
        Store().add_folder("bank", folder, "trained")


def test_a_damaged_record_does_not_hide_the_model(folder, home):
    Store().add_folder("bank", folder, "trained")
    (home / "models" / "bank" / "model.json").write_text("{")
    entry = Store().get("bank")
    assert entry.kind == "folder"
    assert entry.sha256 == model_files.sha256_of(folder / "weights.hdf5")


@pytest.mark.parametrize("text", ["Mon modèle (2).hdf5", "../../etc/passwd", "", "***", "a" * 200])
def test_a_suggested_name_can_be_a_name(folder, text):
    Store().check_new_name(suggested_name(text))


def test_listing_models_does_not_import_torch():
    code = "import sys; from elmo.store.store import Store; Store().names(); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
