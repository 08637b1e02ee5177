"""What a person gave is drawn as text: it reaches Markdown through `plain`, or not at all.

Every text given to Streamlit is followed through the f-strings, variables and functions that make it. A word, a
sentence, a sense or a file's name in it must pass one of `SAFE`. `tests/hostile/test_markdown.py` tries it with pictures.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

FILES = sorted(p for place in ("ui", "pages", "elmo/views") for p in (ROOT / place).rglob("*.py"))
MARKDOWN = frozenset(
    "markdown caption write info warning error success subheader header title finding toggle button popover expander "
    "checkbox radio selectbox multiselect text_input text_area number_input slider select_slider file_uploader metric "
    "page_link link spinner progress segmented_control pills download_button".split()
)  # fmt: skip
"""Functions whose first argument the browser reads as Markdown."""

SAFE = frozenset(
    "plain marked escape short signed percent whole significant chance duration len round int sum min max abs "
    "mistake".split()
)  # fmt: skip
"""Functions that give a number, or a text without Markdown's signs."""

GIVEN = frozenset(
    "word form forms token tokens sentence sentences text texts sense senses query typed meant line lines column "
    "columns document documents file_name own_label".split()
)  # fmt: skip
"""Names of what a person gave."""

NAMED = frozenset("file upload document ladder corpus entry exploration".split())
"""Things whose `.name` a person gave."""

STRIPS = (
    "lower",
    "upper",
    "capitalize",
    "title",
    "strip",
    "replace",
    "removeprefix",
    "removesuffix",
)


def functions() -> dict[str, list[ast.FunctionDef]]:
    """Functions of all files by name."""
    found: dict[str, list[ast.FunctionDef]] = {}
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                found.setdefault(node.name, []).append(node)
    return found


class Follow:
    """Follows a text to what it is made of."""

    def __init__(self, known: dict[str, list[ast.FunctionDef]]) -> None:
        self.known = known
        self.seen: set[int] = set()

    def given(self, node: ast.AST, scope: ast.AST) -> Iterator[str]:
        """What a person gave, in a text, that is not drawn as text."""
        match node:
            case ast.JoinedStr():
                for part in node.values:
                    if isinstance(part, ast.FormattedValue) and part.format_spec is None:
                        yield from self.given(part.value, scope)
            case ast.IfExp():
                yield from self.given(node.body, scope)
                yield from self.given(node.orelse, scope)
            case ast.BinOp(op=ast.Add() | ast.Mult()):
                yield from self.given(node.left, scope)
                yield from self.given(node.right, scope)
            case ast.BoolOp():
                for value in node.values:
                    yield from self.given(value, scope)
            case ast.GeneratorExp() | ast.ListComp():
                yield from self.given(node.elt, scope)
            case ast.Call():
                yield from self.of_call(node, scope)
            case ast.Subscript():
                yield from self.given(node.value, scope)
            case ast.Attribute():
                root = node.value.id if isinstance(node.value, ast.Name) else ""
                if node.attr in GIVEN or node.attr == "name" and root in NAMED:
                    yield ast.unparse(node)
            case ast.Name():
                yield from self.of_name(node, scope)

    def of_call(self, node: ast.Call, scope: ast.AST) -> Iterator[str]:
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name in SAFE:
            return
        if name == "join" and node.args:
            yield from self.given(node.args[0], scope)
        elif name in STRIPS and isinstance(node.func, ast.Attribute) and not node.args:
            yield from self.given(node.func.value, scope)
        elif name == "title":  # of a model, `ui.shared.model.title`
            yield ast.unparse(node)
        else:
            for function in self.known.get(name, []):
                if id(function) in self.seen:
                    continue
                self.seen.add(id(function))
                for inner in ast.walk(function):
                    if isinstance(inner, ast.Return) and inner.value is not None:
                        for found in self.given(inner.value, function):
                            yield f"{found} in {name}"

    def of_name(self, node: ast.Name, scope: ast.AST) -> Iterator[str]:
        values = [
            inner.value
            for inner in ast.walk(scope)
            if isinstance(inner, ast.Assign | ast.AugAssign)
            and any(
                isinstance(target, ast.Name) and target.id == node.id
                for target in (inner.targets if isinstance(inner, ast.Assign) else [inner.target])
            )
        ]
        if values:
            for value in values:
                if id(value) not in self.seen:
                    self.seen.add(id(value))
                    yield from self.given(value, scope)
        elif node.id in GIVEN:
            yield node.id


def undrawn(source: str, known: dict[str, list[ast.FunctionDef]]) -> list[str]:
    """What a script gives to Markdown that a person gave, with its lines."""
    found = []
    tree = ast.parse(source)
    scopes = [tree, *(n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef))]
    inner = {id(n) for s in scopes[1:] for n in ast.walk(s)}
    for scope in scopes:
        for node in ast.walk(scope):
            if scope is tree and id(node) in inner:
                continue
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in MARKDOWN
                and node.args
            ):
                for given in Follow(known).given(node.args[0], scope):
                    found.append(f"line {node.lineno}: {given}")
    return sorted(set(found))


@pytest.fixture(scope="module")
def known() -> dict[str, list[ast.FunctionDef]]:
    return functions()


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_person_gave_is_drawn_as_text(path: Path, known):
    assert not undrawn(path.read_text(encoding="utf-8"), known)


def test_what_is_not_drawn_as_text_is_seen():
    source = (
        "def show(word, uses):\n"
        "    said = f'{plain(word)} and {len(uses)}'\n"
        "    said += f' of {uses[0].sense}'\n"
        "    st.markdown(said)\n"
        "    st.caption(told(word))\n"
        "    st.error(f'{file.name}')\n"
        "    st.info(plain(word))\n"
    )
    made = ast.parse("def told(word):\n    return f'{word}'").body
    assert undrawn(source, {"told": made}) == [
        "line 4: uses[0].sense",
        "line 5: word in told",
        "line 6: file.name",
    ]
