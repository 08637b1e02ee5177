"""No two pages share a key of the session's state: each key begins with its owner's name."""

import ast
from pathlib import Path

import pytest

from tests.conftest import ROOT
from ui.shared import keys
from ui.shared.screens import SCREENS

FILES = sorted([*(ROOT / "ui").rglob("*.py"), *(ROOT / "pages").glob("*.py")])
BEGINNINGS = {s.name: f"{keys.PREFIXES.get(s.name, s.name)}_" for s in SCREENS} | {"uses": "uses_"}
_STATE_CALLS = {"get", "pop", "setdefault"}


def owner(file: Path) -> str:
    """The screen or shared package that a file belongs to."""
    folder, *_, name = file.relative_to(ROOT).parts
    return Path(name).stem if folder == "pages" else file.relative_to(ROOT / "ui").parts[0]


def keys_in(source: str) -> list[str]:
    """The keys that a file writes out: of widgets, components and containers, and of the state.

    Of an f-string only the part before its first value. A name is looked up among the constants of
    the file; others are arguments, whose values are written out where the function is called.
    """
    tree = ast.parse(source)
    constants = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found = []
    for node in ast.walk(tree):
        written: list[ast.expr] = []
        if isinstance(node, ast.Call):
            written += [k.value for k in node.keywords if k.arg == "key"]
            if (
                isinstance(node.func, ast.Attribute)
                and node.func.attr in _STATE_CALLS
                and _is_state(node.func.value)
            ):
                written += node.args[:1]
        elif isinstance(node, ast.Subscript) and _is_state(node.value):
            written.append(node.slice)
        for value in written:
            if isinstance(value, ast.Name):
                value = constants.get(value.id, value)
            if isinstance(value, ast.JoinedStr) and value.values:
                value = value.values[0]
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                found.append(value.value)
    return found


def _is_state(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "session_state"


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_each_key_has_its_owner_s_name(file):
    name = owner(file)
    written = [key.replace("-", "_") for key in keys_in(file.read_text(encoding="utf-8"))]
    if name == "shared":
        strange = [key for key in written if key.startswith(tuple(BEGINNINGS.values()))]
    else:
        strange = [key for key in written if not key.startswith(BEGINNINGS.get(name, f"{name}_"))]
    assert not strange, f"{file}: the keys of {name} begin with its name, see ui.shared.keys"


def test_the_names_shared_on_purpose_are_no_screen_s():
    names = [
        value for name, value in vars(keys).items() if name.isupper() and isinstance(value, str)
    ]
    assert len(set(names)) == len(names)
    assert not [name for name in names if name.startswith(tuple(BEGINNINGS.values()))]


def test_the_reader_of_keys_reads_keys():
    source = (
        'G = "g"; st.x(key="a"); st.session_state["b"]; st.session_state.get(f"c-{d}", 1); '
        "f(key=G); f(key=h)"
    )
    assert sorted(keys_in(source)) == ["a", "b", "c-", "g"]
