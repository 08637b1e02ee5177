"""What is documented works: the README's Python runs, its commands exist, its files are there."""

import re

import pytest
from mktestdocs import check_md_file

import elmo
from elmo.cli import COMMANDS
from elmo.home import BUNDLED
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.skipif(
    not (BUNDLED / "weights.hdf5").exists(), reason="the bundled model is not in elmo/pretrained"
)
def test_the_readmes_python_runs():
    check_md_file(ROOT / "README.md", memory=True)


def test_the_readmes_commands_exist():
    named = set(re.findall(r"python -m elmo (\w+)", README))
    assert named >= {"info", "embed", "train", "predict", "evaluate"}
    assert named <= set(COMMANDS)


@pytest.mark.parametrize("name", ["README.md", "docs/ARCHITECTURE.md"])
def test_files_and_pictures_that_documents_name_are_there(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    paths = set(re.findall(r"\]\((?!http)([^)#]+)\)", text))
    paths |= set(re.findall(r"`((?:elmo|docs|ui|pages|examples)/[\w/.-]+\.\w+)`", text))
    paths |= set(re.findall(r"\b(docs/[\w-]+\.md)\b", text))
    assert paths
    missing = [path for path in sorted(paths) if not (ROOT / path).exists()]
    assert missing == []


def test_public_names_are_these():
    assert elmo.__all__ == sorted(elmo.__all__)
    assert {name for name in elmo.__all__ if getattr(elmo, name) is None} == set()
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        elmo.nothing
