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
from elmo.usages import EXAMPLES
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


FILES = {
    "SENTENCES.txt": "text.txt",
    "CORPUS.txt": "text.txt",
    "HELD_OUT.txt": "held_out.txt",
    "OLD.txt": "text.txt",
    "NEW.txt": "new.txt",
    "DIR": "coarsewsd",
    "elmo/examples/senses/bank.tsv": "uses.tsv",
}
"""Names in the README's block of commands, and the files of the test."""

SHORT = "--minutes 0.005 --preset small --vocabulary 20 --word-vector-epochs 0".split()


def test_the_readmes_commands_run(tmp_path, monkeypatch, capsys):
    """All but `download`, which asks the internet (tests/store), with the model that `train` makes."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ELMO_HOME", str(tmp_path / "home"))
    lines = "The bank raised its rates .\nA mouse ate the cell by the river bank .\n\n" * 20
    Path("text.txt").write_text(lines)
    Path("new.txt").write_text(lines.replace("ate", "saw"))
    Path("held_out.txt").write_text("The bank paid .\n\n" * 500)
    uses = (EXAMPLES / "senses" / "bank.tsv").read_text(encoding="utf-8").splitlines()
    Path("uses.tsv").write_text("\n".join([uses[0], *uses[1::4]]), encoding="utf-8")
    Path("coarsewsd/bank").mkdir(parents=True)
    for split in ("train", "test"):
        Path(f"coarsewsd/bank/{split}.data.txt").write_text(
            "1\tthe bank paid\n3\tby the river bank\n"
        )
        Path(f"coarsewsd/bank/{split}.gold.txt").write_text("0\n1\n")
    block = README.split("## From the command line")[1].split("## ")[0]
    commands = [
        shlex.split(line, comments=True)[3:]
        for line in block.splitlines()
        if line.startswith("    python")
    ]
    assert {name for name, *_ in commands} == COMMANDS.keys() - {"app"}
    commands.sort(key=lambda words: words[0] != "train")
    for name, *words in commands:
        arguments = [name, *(FILES.get(word, word) for word in words)]
        parser = _choices(_parser([name]))[name]
        if name == "train":
            arguments += SHORT
        elif name == "senses":
            pass  # with the bundled model, whose reference words are measured already
        elif name == "evaluate" or _has_model(parser):
            arguments += ["--model", "my-model"]
        if name != "download":
            assert main(arguments) == 0, (arguments, capsys.readouterr().err)


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
