"""The list of licences, the pins, and the Dockerfile agree with what is here."""

import re

from packaging.requirements import Requirement

from tests.conftest import ROOT


def _requirements(name: str) -> list[Requirement]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-r"))]


def test_every_requirement_is_pinned():
    for file in ROOT.glob("requirements*.txt"):
        for requirement in _requirements(file.name):
            assert re.fullmatch(r"==[0-9][0-9.]*", str(requirement.specifier)), (file, requirement)


def test_the_licences_of_all_requirements_are_listed():
    listed = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8").casefold()
    for requirement in _requirements("requirements.txt"):
        version = str(requirement.specifier).removeprefix("==")
        row = re.search(rf"^\| {re.escape(requirement.name)} \| {re.escape(version)}\S* \| (.+) \|$", listed, re.M)  # fmt: skip
        assert row, f"{requirement}: run python -m benchmarks.licences"
        assert row[1] != "not stated"


def test_the_dockerfile_copies_what_is_there_and_runs_as_nobody_special():
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    for line in lines:
        if line.startswith("COPY "):
            for source in line.split()[1:-1]:
                assert (ROOT / source).exists(), line
    copied = " ".join(line for line in lines if line.startswith("COPY "))
    assert all(name in copied for name in ("app.py", ".streamlit", "elmo", "ui", "pages"))
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users and users[-1] not in ("root", "0")
    assert any(line.startswith("HEALTHCHECK") and "/_stcore/health" in line for line in lines)
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert ".git" in ignored and ".venv" in ignored
