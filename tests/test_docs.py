"""What is documented works: the README's Python runs, its commands exist, its files are there."""

import contextlib
import importlib
import pkgutil
import re
import shlex
from pathlib import Path

import pytest
from mktestdocs import check_md_file

import elmo.explore
from benchmarks import parts
from elmo.cli import COMMANDS, _parser, main
from elmo.home import BUNDLED
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.skipif(
    not (BUNDLED / "weights.hdf5").exists(), reason="the bundled model is not in elmo/pretrained"
)
def test_the_readmes_python_runs():
    check_md_file(ROOT / "README.md", memory=True)


def commands() -> list[list[str]]:
    """The arguments of each `python -m elmo …` in the README, in blocks and in tables."""
    found = re.findall(r"(?:^    |`)python -m elmo ([^`\n]+)", README, re.M)
    return [shlex.split(line, comments=True) for line in found]


def test_the_readmes_commands_are_understood():
    parser = _parser(list(COMMANDS))
    for arguments in commands():
        args = parser.parse_args(arguments)  # exits when an option is none
        assert callable(args.run)
    assert {arguments[0] for arguments in commands()} >= {
        "info",
        "embed",
        "predict",
        "train",
        "evaluate",
    }


SUBSTITUTES = {"SENTENCES.txt": "text.txt", "CORPUS.txt": "text.txt", "HELD_OUT.txt": "text.txt"}
"""Names in the README's first block of commands, and what stands for them here."""

SMALL = {
    "info": [],
    "embed": [],
    "predict": None,  # the small model has no softmax; tests/test_predict.py runs the command
    "train": "--minutes 0.005 --preset small --vocabulary 20 --word-vector-epochs 0".split(),
    "perplexity": None,  # the same; tests/commands
    "evaluate": None,  # reads a data set that is not here; tests/tasks
    "index": [],
    "concordance": [],
    "senses": None,  # asks for a model with a softmax; tests/commands
    "change": None,  # reads the bundled model; tests/tasks/test_change.py
    "substitutes": None,  # as senses
    "report": None,  # tests/commands
    "download": None,  # asks the internet; tests/store
}
"""What is added to a command to make it short; None for one that is not run here."""


def test_the_readmes_first_commands_run(tmp_path, monkeypatch, capsys, small_model_files):
    block = README.split("## From the command line")[1].split("## ")[0]
    lines = [shlex.split(line)[3:] for line in block.splitlines() if line.startswith("    python")]
    monkeypatch.chdir(tmp_path)
    Path("text.txt").write_text("The bank raised its rates .\nWe sat by the river .\n\n" * 20)
    options, weights = map(str, small_model_files)
    for words in lines:
        arguments = [SUBSTITUTES.get(word, word) for word in words]
        if words[0] in SMALL and SMALL[words[0]] is None:
            continue
        if words[0] in ("info", "embed"):
            arguments += ["--options", options, "--weights", weights]
        assert main(arguments + (SMALL[words[0]] or [])) == 0, (words, capsys.readouterr().err)


def test_the_readme_says_which_commands_take_a_model():
    (sentence,) = re.findall(
        r"([a-z, ]+ and [a-z]+), and each task of\s+evaluate, take `--model", README
    )
    parsers = _choices(_parser(list(COMMANDS)))
    assert set(re.findall(r"[a-z]+", sentence)) - {"and"} == {
        n for n, p in parsers.items() if _has_model(p)
    }
    assert all(_has_model(parser) for parser in _choices(parsers["evaluate"]).values())


def _choices(parser) -> dict:
    return next(a.choices for a in parser._actions if isinstance(a.choices, dict))


def _has_model(parser) -> bool:
    return "--model" in parser._option_string_actions


DOCUMENTS = sorted(
    [ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "elmo").rglob("*.md")]
)
each_document = pytest.mark.parametrize(
    "path", DOCUMENTS, ids=[str(path.relative_to(ROOT)) for path in DOCUMENTS]
)
ANALYSES = {module.name for module in pkgutil.iter_modules(elmo.explore.__path__)}
_CODE = re.compile(r"(?<![\w/.-])((?:[\w.-]+/)*[\w.-]+\.(?:py|js|css|md|ipynb))\b")
_FOLDERS = ("elmo", "ui", "pages", "tests", "benchmarks", "docs", ".ci")


@pytest.fixture(scope="module")
def project_files() -> list[str]:
    """The paths of the project's files, from its folder on, each after a slash."""
    return [
        "/" + path.relative_to(ROOT).as_posix()
        for folder in _FOLDERS
        for path in (ROOT / folder).rglob("*.*")
    ] + [f"/{path.name}" for path in ROOT.iterdir()]


@each_document
def test_files_that_a_document_names_are_there(path, project_files):
    text = path.read_text(encoding="utf-8")
    links = set(re.findall(r"\]\((?!http)([^)#]+)\)", text))
    assert {link for link in links if not (path.parent / link).exists()} == set()
    named = set(_CODE.findall(text)) | set(
        re.findall(r"`((?:elmo|ui|pages|tests)/[\w/.-]+)`", text)
    )
    ends = {name for name in named if any(f.endswith(f"/{name}") for f in project_files)}
    assert {name for name in named - ends if not (ROOT / name).exists()} == set()


@each_document
def test_names_in_the_code_that_a_document_has_exist(path):
    text = path.read_text(encoding="utf-8")
    names = re.findall(r"`(\w+(?:\.\w+)+)(?:\(.*?\))?`", text)
    names = [f"elmo.explore.{n}" if n.split(".")[0] in ANALYSES else n for n in names]
    for name in sorted({n for n in names if n.split(".")[0] in ("elmo", "ui", "benchmarks")}):
        if path.name == "from_allennlp.md" and "scalar_mix_0" in name:
            continue  # of AllenNLP's module
        parts = name.split(".")
        place, found = importlib.import_module(parts[0]), parts[0]
        for part in parts[1:]:
            found += f".{part}"
            with contextlib.suppress(ModuleNotFoundError):
                importlib.import_module(found)
            if not hasattr(place, part) and parts[0] == "elmo" and len(parts) == 2:
                place = elmo.Elmo  # `elmo` is a model in examples
            assert hasattr(place, part), f"{name}: no {part} in {place}"
            place = getattr(place, part)


@each_document
def test_commands_of_a_document_are_understood(path, capsys):
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    parser = _parser(list(COMMANDS))
    for start, line in re.findall(
        r"(?:^( {4})|`)(?:python -m elmo|elmo) ([a-z][^`\n]+)", text, re.M
    ):
        words = shlex.split(re.sub(r"\[[^]]*\]", "", line), comments=True)
        try:
            parser.parse_args(words)
        except SystemExit as end:
            error = capsys.readouterr().err
            is_short = not start and "are required" in error  # `embed --text` within a sentence
            assert end.code == 0 or is_short, f"{line}: {error}"
    for module, line in re.findall(r"python -m ((?:benchmarks|tests)\.[\w.]+)([^`\n]*)", text):
        script = (ROOT / (module.replace(".", "/") + ".py")).read_text(encoding="utf-8")
        unknown = {name for name in re.findall(r"--[a-z][\w-]*", line) if f'"{name}"' not in script}
        assert unknown == set(), f"{module}: {unknown}"


def test_public_names_are_these():
    assert elmo.__all__ == sorted(elmo.__all__)
    assert {name for name in elmo.__all__ if getattr(elmo, name) is None} == set()
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        elmo.nothing


def test_the_picture_of_the_parts_has_the_parts_of_today():
    drawn = re.findall(r"<g><title>([\w.]+):", parts.PICTURE.read_text(encoding="utf-8"))
    assert drawn == [part for _, row in parts.rows() for part in row], (
        "`make picture` makes it anew"
    )
