"""Charts as SVG: lines on two logarithmic axes, readable on light and dark backgrounds, and bars of shares."""

import math
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 560, 340, 70, 130, 30, 50
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")
GREY = "#808080"


@dataclass(frozen=True)
class Series:
    """A named line of (x, y) points."""

    name: str
    points: list[tuple[float, float]]


def chart(y_label: str, x_label: str, series: list[Series]) -> str:
    """The chart of some series; each line has its own colour and mark, and its name at the end."""
    series = [s for s in series if s.points]
    xs = [x for s in series for x, _ in s.points]
    ys = [y for s in series for _, y in s.points]
    x_low, x_high = math.floor(math.log10(min(xs))), math.ceil(math.log10(max(xs)))
    y_low, y_high = math.floor(math.log10(min(ys))), math.ceil(math.log10(max(ys)))
    x_high, y_high = max(x_high, x_low + 1), max(y_high, y_low + 1)

    def at(x: float, y: float) -> tuple[float, float]:
        across = (math.log10(x) - x_low) / (x_high - x_low)
        up = (math.log10(y) - y_low) / (y_high - y_low)
        return LEFT + across * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - up * (
            HEIGHT - TOP - BOTTOM
        )

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'font-family="sans-serif" font-size="12" fill="{GREY}">',
        f"<title>{escape(y_label)} by {escape(x_label)}</title>",
        f'<text x="{LEFT}" y="16">{escape(y_label)}</text>',
    ]
    for power in range(x_low, x_high + 1):
        x, y = at(10.0**power, 10.0**y_low)
        parts.append(
            f'<text x="{x:.0f}" y="{y + 18:.0f}" text-anchor="middle">{_tick(power)}</text>'
        )
    for power in range(y_low, y_high + 1):
        x, y = at(10.0**x_low, 10.0**power)
        parts.append(
            f'<text x="{x - 6:.0f}" y="{y + 4:.0f}" text-anchor="end">{_tick(power)}</text>'
        )
        parts.append(
            f'<line x1="{x:.0f}" y1="{y:.0f}" x2="{WIDTH - RIGHT}" y2="{y:.0f}" stroke="{GREY}" '
            'stroke-opacity="0.3"/>'
        )
    middle = LEFT + (WIDTH - LEFT - RIGHT) / 2
    parts.append(
        f'<text x="{middle:.0f}" y="{HEIGHT - 12}" text-anchor="middle">{escape(x_label)}</text>'
    )
    ends: list[float] = []
    for number, one in enumerate(series):
        colour = COLOURS[number % len(COLOURS)]
        places = [at(x, y) for x, y in one.points]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [_mark(number, x, y, colour) for x, y in places]
        x, y = places[-1]
        while any(abs(y - other) < 14 for other in ends):
            y += 4
        ends.append(y)
        parts.append(
            f'<text x="{x + 10:.0f}" y="{y + 4:.0f}" fill="{colour}">{escape(one.name)}</text>'
        )
    return "\n".join([*parts, "</svg>", ""])


def bars(title: str, rows: list[tuple[str, dict[str, float], str]]) -> str:
    """Bars from 0 to 100 %, each cut into parts that have a colour and a number.

    Args:
        rows: name, the share of each part (the same parts in each row), and the text at the end of each row.
    """
    parts = list(rows[0][1])
    colours = dict(zip(parts, ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#BBBBBB"), strict=True))
    left, width, step, top = 190, 420, 30, 84
    height = top + step * len(rows) + 12
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 880 {height}" role="img" '
        'font-family="sans-serif" font-size="13" fill="#222222">',
        f"<title>{escape(title)}</title>",
        f'<rect width="880" height="{height}" fill="white"/>',
        f'<text x="12" y="24" font-size="16" font-weight="bold">{escape(title)}</text>',
    ]
    across = 12.0
    for part in parts:
        lines.append(
            f'<rect x="{across:.0f}" y="44" width="13" height="13" fill="{colours[part]}"/>'
            f'<text x="{across + 18:.0f}" y="55">{escape(part)}</text>'
        )
        across += 38 + 6.6 * len(part)
    for number, (name, shares, end) in enumerate(rows):
        y, x = top + step * number, float(left)
        lines.append(f'<text x="{left - 8}" y="{y + 15}" text-anchor="end">{escape(name)}</text>')
        for part in parts:
            wide = width * max(0.0, shares[part])
            dark = colours[part] in ("#0072B2", "#009E73")
            lines.append(
                f'<rect x="{x:.1f}" y="{y}" width="{wide:.1f}" height="22" '
                f'fill="{colours[part]}" stroke="white"/>'
            )
            if wide > 26:
                lines.append(
                    f'<text x="{x + wide / 2:.1f}" y="{y + 15}" text-anchor="middle" font-size="12" '
                    f'fill="{"white" if dark else "#222222"}">{shares[part]:.0%}</text>'
                )
            x += wide
        lines.append(f'<text x="{left + width + 10}" y="{y + 15}">{escape(end)}</text>')
    return "\n".join([*lines, "</svg>", ""])


def _tick(power: int) -> str:
    if power < 0:
        return f"{10.0**power:g}"
    for size, name in ((9, "G"), (6, "M"), (3, "k")):
        if power >= size:
            return f"{10 ** (power - size)}{name}"
    return str(10**power)


def _mark(number: int, x: float, y: float, colour: str) -> str:
    if number % 3 == 0:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>'
    if number % 3 == 1:
        return f'<rect x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8" fill="{colour}"/>'
    return f'<path d="M{x:.1f} {y - 5:.1f} l5 9 h-10 z" fill="{colour}"/>'
