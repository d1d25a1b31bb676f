"""Charts drawn as SVG by hand: a line, bars, a radar, a calendar. Small, accessible, no script."""

import math
from collections.abc import Sequence
from html import escape

from app.services.results.stats_service import Chart, Point

WIDTH, HEIGHT = 640, 320
LEFT, RIGHT, TOP, BOTTOM = 44, 16, 44, 48
INK, MUTED, LINE, PRIMARY, SURFACE = "#1B1C21", "#595B64", "#E3E4DF", "#3452D1", "#FFFFFF"
STYLE = f"font:12px Inter,system-ui,sans-serif;fill:{MUTED}"


def svg(chart: Chart) -> str:
    """The chart as an SVG document with a title and a description for screen readers."""
    points = next(iter(chart.series.values()))
    draw = {"score-trend": _line, "skills": _radar, "categories": _bars, "activity": _calendar}[chart.type]
    body = draw(points) if points else _empty()
    listed = "; ".join(f"{point.label}: {point.value:g}" for point in points if point.value) or "no data yet"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-labelledby="t d" style="{STYLE}"><title id="t">{escape(chart.title)}</title>'
        f'<desc id="d">{escape(listed)}</desc><rect width="{WIDTH}" height="{HEIGHT}" rx="12" fill="{SURFACE}"/>'
        f'<text x="{LEFT}" y="26" style="font-size:16px;font-weight:600;fill:{INK}">{escape(chart.title)}</text>'
        f"{body}</svg>"
    )


def _empty() -> str:
    return (
        f'<text x="{WIDTH / 2}" y="{HEIGHT / 2}" text-anchor="middle">Nothing to show yet: finish an interview.</text>'
    )


def _y(value: float) -> float:
    return HEIGHT - BOTTOM - value / 100 * (HEIGHT - TOP - BOTTOM)


def _grid() -> str:
    lines = []
    for value in (0, 25, 50, 75, 100):
        y = _y(value)
        lines.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="{LINE}"/>')
        lines.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{value}</text>')
    return "".join(lines)


def _line(points: Sequence[Point]) -> str:
    width = WIDTH - LEFT - RIGHT
    step = width / max(1, len(points) - 1)
    places = [(LEFT + (i * step if len(points) > 1 else width / 2), _y(p.value)) for i, p in enumerate(points)]
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{PRIMARY}">'
        f"<title>{escape(point.label)}: {point.value:g}</title></circle>"
        for (x, y), point in zip(places, points, strict=True)
    )
    labels = ""
    for (x, _), point in {0: (places[0], points[0]), len(points) - 1: (places[-1], points[-1])}.values():
        anchor = "start" if x < WIDTH / 3 else "end" if x > WIDTH * 2 / 3 else "middle"
        labels += f'<text x="{x:.1f}" y="{HEIGHT - 20}" text-anchor="{anchor}">{point.day or ""}</text>'
    return f'{_grid()}<path d="{path}" fill="none" stroke="{PRIMARY}" stroke-width="2"/>{dots}{labels}'


def _bars(points: Sequence[Point]) -> str:
    slot = (WIDTH - LEFT - RIGHT) / len(points)
    width = min(64.0, slot * 0.6)
    bars = []
    for index, point in enumerate(points):
        middle, y = LEFT + slot * (index + 0.5), _y(point.value)
        bars.append(
            f'<rect x="{middle - width / 2:.1f}" y="{y:.1f}" width="{width:.1f}" height="{_y(0) - y:.1f}" rx="4" '
            f'fill="{PRIMARY}"/>'
            f'<text x="{middle:.1f}" y="{y - 6:.1f}" text-anchor="middle" style="fill:{INK}">{point.value:g}</text>'
            f'<text x="{middle:.1f}" y="{HEIGHT - 26}" text-anchor="middle">{escape(point.label)}</text>'
        )
    return _grid() + "".join(bars)


def _radar(points: Sequence[Point]) -> str:
    middle_x, middle_y, radius = WIDTH / 2, HEIGHT / 2 + 14, 108

    def place(index: int, value: float) -> tuple[float, float]:
        angle = 2 * math.pi * index / len(points) - math.pi / 2
        return middle_x + radius * value / 100 * math.cos(angle), middle_y + radius * value / 100 * math.sin(angle)

    def ring(values: Sequence[float]) -> str:
        return " ".join("{:.1f},{:.1f}".format(*place(index, value)) for index, value in enumerate(values))

    rings = "".join(
        f'<polygon points="{ring([value] * len(points))}" fill="none" stroke="{LINE}"/>' for value in (25, 50, 75, 100)
    )
    shape = (
        f'<polygon points="{ring([p.value for p in points])}" fill="{PRIMARY}33" stroke="{PRIMARY}" stroke-width="2"/>'
    )
    labels = ""
    for index, point in enumerate(points):
        x, y = place(index, 116)
        anchor = "middle" if abs(x - middle_x) < 1 else "start" if x > middle_x else "end"
        labels += (
            f'<text x="{x:.1f}" y="{y + 4:.1f}" text-anchor="{anchor}">{escape(point.label)} {point.value:g}</text>'
        )
    return rings + shape + labels


def _calendar(points: Sequence[Point]) -> str:
    most = max(point.value for point in points) or 1
    cell, first = 26, points[0].day
    offset = first.weekday() if first else 0
    squares = []
    for index, point in enumerate(points):
        week, weekday = divmod(index + offset, 7)
        opacity = 0.15 + 0.85 * point.value / most if point.value else 0
        fill = f'fill="{PRIMARY}" fill-opacity="{opacity:.2f}"' if point.value else f'fill="{LINE}"'
        squares.append(
            f'<rect x="{LEFT + 28 + week * cell}" y="{TOP + 14 + weekday * cell}" width="22" height="22" rx="4" {fill}>'
            f"<title>{point.label}: {point.value:g}</title></rect>"
        )
    names = "".join(
        f'<text x="{LEFT}" y="{TOP + 30 + row * cell}">{name}</text>'
        for row, name in ((0, "Mon"), (2, "Wed"), (4, "Fri"))
    )
    return names + "".join(squares)
