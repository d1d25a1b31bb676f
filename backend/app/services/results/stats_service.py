"""Dashboard and charts of one user."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from typing_extensions import TypeAliasType

from app.models import now
from app.repositories.base import AnySession
from app.repositories.stats import HistoryRow, Measures, StatsRepository, Totals

ChartType = TypeAliasType("ChartType", Literal["score-trend", "skills", "categories", "activity"])
ChartUnit = TypeAliasType("ChartUnit", Literal["points", "answers"])
ACTIVITY_DAYS = 84
RECENT = 5
"""The improvement rate compares the mean of up to this many newest interviews with as many before them."""


@dataclass(frozen=True, slots=True)
class Dashboard:
    """What the dashboard shows; scores 0-100, practice time in minutes, streaks in UTC days."""

    totals: Totals
    recent: float | None
    practice_minutes: float
    improvement_rate: float | None
    current_streak: int
    longest_streak: int
    categories: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a chart; `day` is set where the axis is time."""

    label: str
    value: float
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart as data: named series of points, with the unit of its values."""

    type: ChartType
    title: str
    unit: ChartUnit
    series: Mapping[str, Sequence[Point]]


class StatsService:
    """Reads statistics; changes nothing."""

    def __init__(self, session: AnySession) -> None:
        self.stats = StatsRepository(session)

    async def dashboard(self, owner_id: int) -> Dashboard:
        """Everything the dashboard shows."""
        totals = await self.stats.totals(owner_id)
        trend = [score for _, _, score in await self.stats.score_trend(owner_id)]
        current, longest = streaks(await self.stats.active_days(owner_id), today=now().date())
        return Dashboard(
            totals=totals,
            recent=trend[-1] if trend else None,
            practice_minutes=round(totals.practice_seconds / 60, 1),
            improvement_rate=improvement_rate(trend),
            current_streak=current,
            longest_streak=longest,
            categories={name: round(mean, 1) for name, mean in (await self.stats.by_category(owner_id)).items()},
        )

    async def history(self, owner_id: int, *, page: int, per_page: int) -> tuple[list[HistoryRow], int]:
        """One page of the user's interviews with their scores."""
        return await self.stats.history(owner_id, page=page, per_page=per_page)

    async def chart(self, owner_id: int, chart: ChartType) -> Chart:
        """One chart as data."""
        if chart == "score-trend":
            trend = await self.stats.score_trend(owner_id)
            points = [Point(title, round(score, 1), at.date()) for at, title, score in trend]
            return Chart(chart, "Score of each interview", "points", {"score": points})
        if chart == "skills":
            found = await self.stats.measures(owner_id)
            series = {"mean": found, "last": found[-1:], "before": found[:-1]}
            return Chart(chart, "Mean of each measure", "points", {name: _means(of) for name, of in series.items()})
        if chart == "categories":
            categories = await self.stats.by_category(owner_id)
            points = [Point(name.replace("_", " "), round(mean, 1)) for name, mean in sorted(categories.items())]
            return Chart(chart, "Mean of each kind of question", "points", {"mean": points})
        today = now()
        answered = {
            day: count for day, count, _ in await self.stats.activity(owner_id, today - timedelta(days=ACTIVITY_DAYS))
        }
        days = [today.date() - timedelta(days=back) for back in range(ACTIVITY_DAYS - 1, -1, -1)]
        points = [Point(day.isoformat(), float(answered.get(day, 0)), day) for day in days]
        return Chart(chart, "Answers a day", "answers", {"answers": points})


def _means(found: Sequence[Measures]) -> list[Point]:
    """The mean of each measure over the interviews in which it was taken."""
    names = {"relevance": "Relevance", "grammar": "Grammar", "fluency": "Fluency", "coverage": "Keywords"}
    taken = {
        label: [value for one in found if (value := getattr(one, name)) is not None] for name, label in names.items()
    }
    return [Point(label, round(sum(values) / len(values), 1)) for label, values in taken.items() if values]


def streaks(days: Sequence[date], *, today: date) -> tuple[int, int]:
    """(current, longest) runs of consecutive days. A run is current when it reaches today or yesterday."""
    longest = run = 0
    previous: date | None = None
    for day in sorted(set(days)):
        run = run + 1 if previous is not None and day - previous == timedelta(days=1) else 1
        longest, previous = max(longest, run), day
    current = run if previous is not None and today - previous <= timedelta(days=1) else 0
    return current, longest


def improvement_rate(scores: Sequence[float]) -> float | None:
    """Percent by which the newest interviews are better than those before; None with fewer than two."""
    if len(scores) < 2:
        return None
    size = min(RECENT, len(scores) // 2)
    newest, before = scores[-size:], scores[-2 * size : -size]
    base = sum(before) / size
    return round((sum(newest) / size - base) / base * 100, 1) if base else None
