"""The lines of code of a step, read from the program's source.

A step names a function and the beginnings of two of its lines, so that the page always shows the code that runs. A test
reads the lines of every step.
"""

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import elmo

ROOT = Path(elmo.__file__).parent.parent


@dataclass(frozen=True)
class CodeLines:
    """A few lines of code.

    Attributes:
        file: a path that begins with the library's folder, elmo/.
        line: number of the first line, from 1.
        code: the lines, without their common indentation.
    """

    file: str
    line: int
    code: str


@cache
def source(file: str, name: str, first: str, last: str = "") -> CodeLines:
    """Lines of a function, from the one that begins with `first` to the one that begins with `last`.

    Args:
        file: a path that begins with the library's folder, elmo/.
        name: the function, such as "Lstm.forward".
        last: "" for the first line alone.

    Raises:
        LookupError: the function or a line does not exist; then the page's text must be changed with the code.
    """
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    node = _definition(ast.parse("\n".join(lines)), name, file)
    numbers = range(node.lineno, (node.end_lineno or node.lineno) + 1)
    begin = _line(lines, numbers, first, f"{file}, {name}")
    end = _line(lines, range(begin, numbers.stop), last, f"{file}, {name}") if last else begin
    part = lines[begin - 1 : end]
    shared = min(len(line) - len(line.lstrip()) for line in part if line.strip())
    return CodeLines(file, begin, "\n".join(line[shared:] for line in part))


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
