"""The ladder as an SVG file for papers and packs; the page Downstream draws its own chart."""

from html import escape

from elmo.tasks.ladder.results import Ladder

COLOURS = {
    "baseline": "#8C8C8C",
    "contextual": "#0072B2",
    "joined": "#D55E00",
    "lexical": "#009E73",
}
SHAPES = {"baseline": "square", "contextual": "circle", "joined": "diamond", "lexical": "cross"}
_WIDTH, _LEFT, _STEP, _TOP = 720, 190, 26, 34


def svg(ladder: Ladder) -> str:
    """A dot and an interval for each row, on an axis from 0 to 1."""
    bottom = _TOP + _STEP * len(ladder.rows)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {bottom + 46}" '
        f'font-family="sans-serif" font-size="13" role="img">',
        f"<title>{escape(ladder.summary())}</title>",
        f'<rect width="{_WIDTH}" height="{bottom + 46}" fill="white"/>',
        f'<text x="8" y="20" font-weight="bold">{escape(f"{ladder.task}: {ladder.name}")}</text>',
    ]
    for tick in range(0, 101, 20):
        x = _at(tick / 100)
        lines.append(f'<line x1="{x}" x2="{x}" y1="{_TOP}" y2="{bottom}" stroke="#DDDDDD"/>')
        lines.append(f'<text x="{x}" y="{bottom + 18}" text-anchor="middle">{tick} %</text>')
    lines.append(
        f'<text x="{_at(0.5)}" y="{bottom + 38}" text-anchor="middle">{escape(ladder.measure)}</text>'
    )
    for number, row in enumerate(ladder.rows):
        y = _TOP + _STEP * (number + 0.5)
        value = row.measures[ladder.measure]
        colour = COLOURS[row.group]
        lines += [
            f'<text x="{_LEFT - 12}" y="{y + 4}" text-anchor="end">{escape(row.label)}</text>',
            f'<line x1="{_at(value.low)}" x2="{_at(value.high)}" y1="{y}" y2="{y}" stroke="{colour}" stroke-width="2"/>',
            _mark(SHAPES[row.group], _at(value.value), y, colour),
            f'<text x="{_WIDTH - 8}" y="{y + 4}" text-anchor="end">{100 * value.value:.1f}</text>',
        ]
    return "\n".join([*lines, "</svg>", ""])


def _at(share: float) -> float:
    return round(_LEFT + share * (_WIDTH - _LEFT - 60), 1)


def _mark(shape: str, x: float, y: float, colour: str) -> str:
    if shape == "circle":
        return f'<circle cx="{x}" cy="{y}" r="5" fill="{colour}"/>'
    if shape == "cross":
        return (
            f'<path d="M{x - 5} {y - 5} l10 10 m0 -10 l-10 10" stroke="{colour}" stroke-width="3"/>'
        )
    turned = f' transform="rotate(45 {x} {y})"' if shape == "diamond" else ""
    return f'<rect x="{x - 4.5}" y="{y - 4.5}" width="9" height="9" fill="{colour}"{turned}/>'
