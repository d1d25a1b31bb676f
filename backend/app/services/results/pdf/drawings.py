"""The charts of a report as SVG, with the geometry and the colours of the web page.

Each is the twin of a component: `ring` of `ScoreRing`, `bar` of `ScoreBar` (frontend/src/components/score.tsx), `pace`
of `Pace` and `story` of `StarMap` (frontend/src/report). Text alternatives are given by the document.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.judge.numbers import whole

INK, MUTED, SUNKEN, PRIMARY, VOICE, VOICE_SOFT = "#1b1c21", "#595b64", "#f3f3f0", "#3452d1", "#0f766e", "#e6f4f1"
EDGE, CAUTION = "#8b8d94", "#8a5a00"
FILLS = {"situation": PRIMARY, "task": EDGE, "action": VOICE, "result": CAUTION, "reflection": MUTED}
"""Parts of a story, as the page colours them."""
SLOW, FAST, TOP = 120, 170, 260
"""Words a minute: the band that most listeners find comfortable (docs/design.md), and the top of the chart."""
WINDOW, SHORTEST = 10.0, 2.0
"""Seconds of speech that a pace is taken over, and of the last piece at least."""
FEWEST_WORDS = 5


def ring(value: float | None) -> str:
    """A score from 0 to 100 as a ring, its number in the middle."""
    radius = 24
    around = 2 * math.pi * radius
    arc = (
        f'<circle cx="28" cy="28" r="{radius}" fill="none" stroke="{PRIMARY}" stroke-width="5" stroke-linecap="round" '
        f'stroke-dasharray="{around * value / 100:.2f} {around:.2f}" transform="rotate(-90 28 28)"/>'
        if value
        else ""
    )
    return _svg(
        56,
        56,
        f'<circle cx="28" cy="28" r="{radius}" fill="none" stroke="{SUNKEN}" stroke-width="5"/>{arc}'
        f'<text x="28" y="33.2" text-anchor="middle" font-size="14.5" font-weight="600" fill="{INK}">'
        f"{whole(value)}</text>",
    )


def bar(value: float | None) -> str:
    """A measure from 0 to 100 as a bar."""
    filled = f'<rect width="{2 * value:.1f}" height="8" rx="4" fill="{PRIMARY}"/>' if value else ""
    return _svg(200, 8, f'<rect width="200" height="8" rx="4" fill="{SUNKEN}"/>{filled}')


@dataclass(frozen=True, slots=True)
class Timed:
    """When a word was said, in seconds; fillers do not count for the pace."""

    start: float
    end: float
    is_filler: bool


def pace(words: Sequence[Timed]) -> str | None:
    """Words a minute over the answer, above the comfortable band; None for an answer of one piece."""
    said = [word for word in words if not word.is_filler]
    end = said[-1].end if said else 0.0
    windows: list[tuple[float, float, float]] = []
    begin = 0.0
    while begin < end and (to := min(end, begin + WINDOW)) - begin >= SHORTEST:
        windows.append((begin, to, sum(begin <= word.start < to for word in said) * 60 / (to - begin)))
        begin += WINDOW
    if len(windows) < 2 or len(said) < FEWEST_WORDS:
        return None
    width, height, left, bottom = 480.0, 96.0, 34.0, 20.0

    def x(seconds: float) -> float:
        return left + seconds / windows[-1][1] * (width - left)

    def y(value: float) -> float:
        return (1 - min(value, TOP) / TOP) * (height - bottom)

    across, tall = width - left, y(SLOW) - y(FAST)
    band = f'<rect x="{left}" y="{y(FAST):.1f}" width="{across}" height="{tall:.1f}" fill="{VOICE_SOFT}"/>'
    ticks = "".join(_label(left - 6, y(value) + 4, "end", str(value)) for value in (SLOW, FAST))
    lines = "".join(
        f'<path d="M{x(start) + 2:.1f} {y(value):.1f}H{x(to) - 2:.1f}" stroke="{PRIMARY}" stroke-width="3" '
        'stroke-linecap="round"/>'
        for start, to, value in windows
    )
    ends = _label(left, height - 4, "start", "0:00") + _label(width, height - 4, "end", clock(windows[-1][1]))
    return _svg(width, height, band + ticks + lines + ends)


def story(spans: Mapping[str, Sequence[tuple[int, int]]], length: int) -> Mapping[str, str]:
    """For each part of a story where it stands in an answer of so many characters, from left to right."""
    drawn = {}
    for part, places in spans.items():
        marks = "".join(
            f'<rect x="{400 * begin / length:.1f}" width="{max(4, 400 * (end - begin) / length):.1f}" '
            f'height="14" rx="4" fill="{FILLS[part]}"/>'
            for begin, end in places
        )
        drawn[part] = _svg(400, 14, f'<rect width="400" height="14" rx="4" fill="{SUNKEN}"/>{marks}')
    return drawn


def clock(seconds: float) -> str:
    """A place in a recording: 65.2 becomes 1:05."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _label(x: float, y: float, anchor: str, text: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="11" fill="{MUTED}">{text}</text>'


def _svg(width: float, height: float, body: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}" font-family="Inter">{body}</svg>'
    )
