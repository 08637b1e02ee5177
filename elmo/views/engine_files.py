"""The files of the drawing engine: plain JavaScript modules, joined into one script without a build.

A saved page, a notebook and the app each take one script. So the modules are joined in the order of their imports,
without their `import` and `export`. No two modules have the same name at the top level.
"""

import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "engine"
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+)\.js";\n', re.M)
_EXPORT = re.compile(r"^export (?!default)", re.M)


@cache
def script(name: str) -> str:
    """A module and the modules that it imports, as one script; `export default` stays."""
    return "\n".join(_EXPORT.sub("", _IMPORT.sub("", _source(module))) for module in order((name,)))


def order(names: tuple[str, ...]) -> list[str]:
    """These modules and the modules that they import, each after its imports."""
    ordered: list[str] = []

    def visit(name: str) -> None:
        if name not in ordered:
            for needed in _IMPORT.findall(_source(name)):
                visit(needed)
            ordered.append(name)

    for name in names:
        visit(name)
    return ordered


@cache
def stylesheet(*more: str) -> str:
    """The engine's style sheet, followed by the style sheets `more`."""
    names = ("explorer", *more)
    return "".join((FOLDER / f"{name}.css").read_text(encoding="utf-8") for name in names)


def _source(name: str) -> str:
    return (FOLDER / f"{name}.js").read_text(encoding="utf-8")
