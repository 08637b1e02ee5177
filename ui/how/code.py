"""The lines of this program that do a step, found in the source by the beginnings of lines.

Nothing is written down but the name of the function and the beginnings of two lines, so that what
is shown is always the code that runs; a test asks for every one of them.
"""

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import elmo

ROOT = Path(elmo.__file__).parent.parent


@dataclass(frozen=True)
class Source:
    """A few lines of code.

    Attributes:
        file: a path that begins with the library's folder, elmo/.
        line: of the first one, from 1.
        code: the lines, with the indentation they share taken off.
    """

    file: str
    line: int
    code: str


@cache
def source(file: str, name: str, first: str, last: str = "") -> Source:
    """Lines of a function, from the one that begins with `first` to the one that begins with `last`.

    Args:
        file: a path that begins with the library's folder, elmo/.
        name: of the function, "Lstm.forward".
        last: the first line only, when empty.

    Raises:
        LookupError: the function or a line is not there; the text of the page must follow the code.
    """
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    node = _definition(ast.parse("\n".join(lines)), name, file)
    numbers = range(node.lineno, (node.end_lineno or node.lineno) + 1)
    begin = _line(lines, numbers, first, f"{file}, {name}")
    end = _line(lines, range(begin, numbers.stop), last, f"{file}, {name}") if last else begin
    part = lines[begin - 1 : end]
    shared = min(len(line) - len(line.lstrip()) for line in part if line.strip())
    return Source(file, begin, "\n".join(line[shared:] for line in part))


def _definition(tree: ast.Module, name: str, file: str) -> ast.FunctionDef | ast.ClassDef:
    body: list[ast.stmt] = tree.body
    definition: ast.FunctionDef | ast.ClassDef | None = None
    for part in name.split("."):
        definition = next(
            (n for n in body if isinstance(n, ast.FunctionDef | ast.ClassDef) and n.name == part),
            None,
        )
        if definition is None:
            raise LookupError(f"{file} has no {name}")
        body = definition.body
    if definition is None:
        raise LookupError(f"{file} has no {name}")
    return definition


def _line(lines: list[str], numbers: range, text: str, where: str) -> int:
    for number in numbers:
        if lines[number - 1].strip().startswith(text):
            return number
    raise LookupError(f"no line of {where} begins with {text!r}")
