"""The scripts in elmo/examples/ run, and print what they promise."""

import runpy

import pytest

from tests.conftest import ROOT


@pytest.fixture
def small_model(small_model_files, tmp_path, monkeypatch) -> str:
    from elmo.store.store import Store

    monkeypatch.setenv("ELMO_HOME", str(tmp_path))
    Store().add_folder("small", small_model_files[0].parent, "trained")
    return "small"


@pytest.mark.parametrize(
    ("script", "arguments", "lines"),
    [
        ("classify_texts", [], ["TF-IDF", "ELMo, layer 0", "ELMo, equal mix"]),
        ("tag_senses", ["bank"], ["Majority", "TF-IDF", "Layer 2", "Tagged wrongly by Layer 2:"]),
        ("answer_questions", [], ["By chance", "Layer 1", "When did it stop turning?"]),
    ],
)
def test_script(script, arguments, lines, small_model, capsys):
    main = runpy.run_path(str(ROOT / "elmo/examples" / f"{script}.py"))["main"]
    main(*arguments, small_model)
    printed = capsys.readouterr().out
    for line in lines:
        assert line in printed
