"""The picture of the parts, docs/parts.svg, from import-linter's contracts and the imports of the code.

    python -m benchmarks.parts

A box is a part; its tool tip is the first line of its docstring. A line goes from a part to a part that it imports. Lines to
the lowest row, which every part may import, are left out.
"""

import ast
import tomllib
from html import escape
from pathlib import Path

import grimp

ROOT = Path(__file__).parent.parent
PICTURE = ROOT / "docs" / "parts.svg"
WIDTH, ROW, BOX, LEFT, GAP = 1120, 74, 30, 90, 6
GREY, BLUE, ORANGE, GREEN = "#808080", "#0072B2", "#B34700", "#007A5A"
COLOURS = {"pages": GREEN, "ui": ORANGE, "elmo": BLUE}


def rows() -> list[tuple[str, list[str]]]:
    """(the package, its parts) of each row, from the top down, from import-linter's contracts in pyproject.toml."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    by_package = {"pages": [("pages", ["pages"])]}
    for contract in settings["tool"]["importlinter"]["contracts"]:
        if contract["type"] == "layers" and "containers" in contract:
            (package,) = contract["containers"]
            by_package[package] = [
                (
                    package,
                    [f"{package}.{name.strip()}" for name in layer.replace(":", "|").split("|")],
                )
                for layer in contract["layers"]
            ]
    return [*by_package["pages"], *by_package["ui"], *by_package["elmo"]]


def imports(parts: list[str]) -> set[tuple[str, str]]:
    """The pairs (part, part that it imports)."""
    graph = grimp.build_graph("elmo", "ui", "pages")

    def part_of(module: str) -> str | None:
        return next((p for p in parts if module == p or module.startswith(f"{p}.")), None)

    pairs = {
        (part_of(module), part_of(other))
        for module in graph.modules
        for other in graph.find_modules_directly_imported_by(module)
    }
    return {(a, b) for a, b in pairs if a and b and a != b}


def about(part: str) -> str:
    """The first line of the part's docstring."""
    path = ROOT / part.replace(".", "/")
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    text = (
        ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) if file.is_file() else None
    )
    return (text or "").split("\n")[0]


def picture() -> str:
    """The picture as SVG."""
    order = rows()
    place: dict[str, tuple[float, float, float]] = {}
    for number, (_, parts) in enumerate(order):
        weights = [len(part.split(".")[-1]) + 3 for part in parts]
        room = WIDTH - LEFT - 12 - GAP * (len(parts) - 1)
        unit = min(room / sum(weights), 14)
        used = unit * sum(weights) + GAP * (len(parts) - 1)
        x = LEFT + (WIDTH - LEFT - 12 - used) / 2
        for part, weight in zip(parts, weights, strict=True):
            place[part] = x, 12 + number * ROW, unit * weight
            x += unit * weight + GAP
    height = 12 + ROW * (len(order) - 1) + BOX + 12
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        'font-family="sans-serif" font-size="12">',
        "<title>The parts of the program, and which imports which; each imports only parts below it</title>",
    ]
    lowest = order[-1][1]
    for upper, lower in sorted(imports(list(place))):
        if lower in lowest:
            continue
        (x1, y1, w1), (x2, y2, w2) = place[upper], place[lower]
        a, b, from_y, to_y = x1 + w1 / 2, x2 + w2 / 2, y1 + BOX, y2
        bend = (to_y - from_y) / 2
        out.append(
            f'<path d="M{a:.0f} {from_y} C{a:.0f} {from_y + bend:.0f} {b:.0f} {to_y - bend:.0f} {b:.0f} {to_y}" '
            f'fill="none" stroke="{COLOURS[upper.split(".")[0]]}" stroke-opacity="0.3">'
            f"<title>{upper} imports {lower}</title></path>"
        )
    for number, (package, parts) in enumerate(order):
        y = 12 + number * ROW
        out.append(f'<text x="12" y="{y + 20}" fill="{GREY}">{package}</text>')
        for part in parts:
            x, y, width = place[part]
            out.append(
                f'<g><title>{escape(part)}: {escape(about(part))}</title><rect x="{x:.0f}" y="{y}" width="{width:.0f}" '
                f'height="{BOX}" rx="4" fill="{COLOURS[package]}"/><text x="{x + width / 2:.0f}" y="{y + 19}" '
                f'text-anchor="middle" fill="#FFFFFF">{part.split(".")[-1]}</text></g>'
            )
    return "\n".join([*out, "</svg>"]) + "\n"


if __name__ == "__main__":
    PICTURE.write_text(picture(), encoding="utf-8")
