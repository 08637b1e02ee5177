"""List the licences of the app's requirements: `python -m benchmarks.licences` writes docs/licences.md.

The licences are read from the installed packages: those of requirements.txt, and all that these require.
"""

import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
FILE = ROOT / "docs" / "licences.md"
_HEAD = """# Licences

What the app needs, pinned in requirements.txt, and what that needs in turn, with the licence that
each package states. Written by `python -m benchmarks.licences`; ELMo Explorer itself: Apache 2.0.

| package | version | licence |
|---|---|---|
"""


def required_names() -> list[str]:
    """The names in requirements.txt."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return [Requirement(line).name for line in lines if line.strip() and not line.startswith("#")]


def installed_distributions(names: list[str]) -> dict[str, Distribution]:
    """The packages and all their requirements on this system, by normalized name."""
    distributions: dict[str, Distribution] = {}
    waiting = list(names)
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in distributions:
            continue
        try:
            distributions[name] = distribution(name)
        except PackageNotFoundError:
            continue  # a requirement of another system only
        for text in distributions[name].requires or ():
            requirement = Requirement(text)
            environment = default_environment() | {"extra": ""}
            if requirement.marker is None or requirement.marker.evaluate(environment):
                waiting.append(requirement.name)
    return distributions


def licence(package: Distribution) -> str:
    """The licence that a package states: SPDX, else its classifiers, else the first line of the licence text."""
    about = package.metadata
    if spdx := about.get("License-Expression"):
        return spdx
    classifiers = [
        c.rpartition(" :: ")[2]
        for c in about.get_all("Classifier", [])
        if c.startswith("License :: ") and c != "License :: OSI Approved"
    ]
    lines = (about.get("License") or "").strip().splitlines()
    return ", ".join(classifiers) or (lines[0][:80] if lines else "not stated")


def table() -> str:
    """The text of docs/licences.md."""
    rows = [
        f"| {p.metadata['Name']} | {p.version} | {licence(p).replace('|', '/')} |"
        for _, p in sorted(installed_distributions(required_names()).items())
    ]
    return _HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    FILE.write_text(table(), encoding="utf-8")
