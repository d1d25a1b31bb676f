"""Spans of time as résumés write them, in months."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_SEASONS = {"winter": 1, "spring": 3, "summer": 6, "autumn": 9, "fall": 9}
_QUARTER = 3
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?|spring|summer|autumn|fall|winter)\b\.?"
)
_YEAR = r"(?:19[6-9]\d|20[0-4]\d)"
_DAY = r"(?:\d{1,2}(?:st|nd|rd|th)?\.?\s+)?"
_POINT = (
    rf"(?:{_DAY}{_MONTH}\s*(?:\d{{1,2}}(?:st|nd|rd|th)?)?\s*,?\s*{_YEAR}"  # March 2019, 3 March 2019, March 3, 2019
    rf"|{_MONTH}\s*['’]\d\d"  # Mar '19
    rf"|Q[1-4]\s?[,/-]?\s?{_YEAR}"  # Q1 2019
    rf"|{_YEAR}\s?[-/.]\s?(?:0[1-9]|1[0-2])(?:\s?[-/.]\s?[0-3]\d)?(?!\d)"  # 2019-03, 2019-03-31
    rf"|(?:[0-3]?\d\s?[/.-]\s?)?(?:0?[1-9]|1[0-2])\s?[/.-]\s?{_YEAR}"  # 03/2019, 31.03.2019
    rf"|{_YEAR})"
)
_NOW = r"(?:present(?:\s+day)?|now|today|current(?:ly)?|ongoing|(?:to\s+)?date|till\s+(?:date|now)|heute|jetzt)"
_TO = r"(?:\s*(?:[-–—−]+|→|>)\s*|\s+(?:to|until|till|through|thru|up to|bis)\s+)"
_RANGE = re.compile(rf"\(?(?<![\w./-])(?P<from>{_POINT}){_TO}(?P<to>{_NOW}\b|{_POINT})\)?", re.IGNORECASE)
_TO_DATE = re.compile(rf"\(?(?<![\w./-])(?P<from>{_POINT})\s+(?P<to>to\s+date|onwards?)\b\)?", re.IGNORECASE)
_ONE_YEAR = re.compile(rf"\(?\b(?P<from>{_MONTH}){_TO}(?P<to>{_MONTH}\s*,?\s*{_YEAR})\)?", re.IGNORECASE)
_SHORT = re.compile(rf"\(?(?<![\w./-])(?P<from>{_YEAR})\s*[-–/]\s*(?P<to>\d\d)\)?(?![\d/.-])")
_SHORT_POINT = r"(?:0?[1-9]|1[0-2])\s?[/.]\s?['’]?\d\d"
_SHORT_RANGE = re.compile(
    rf"\(?(?<![\w./-])(?P<from>{_SHORT_POINT}){_TO}(?P<to>{_NOW}\b|{_SHORT_POINT})(?!\d)\)?", re.IGNORECASE
)
_SINCE = re.compile(rf"\(?\b(?:since|from|seit)\s+(?P<from>{_POINT})\)?", re.IGNORECASE)
_OPEN = re.compile(rf"\(?(?<![\w./-])(?P<from>{_POINT})\s*[-–—−]+\s*\)?(?=$|\t|\|)", re.IGNORECASE)
_UNENDED = re.compile(rf"(?<![\w./-]){_POINT}\s*(?:[-–—−]+|to)\s*$", re.IGNORECASE)
_ENDS = re.compile(rf"\s*(?:{_NOW}\b|{_POINT})", re.IGNORECASE)
_SINGLE = re.compile(rf"\(?(?<![\w./-])(?P<from>{_POINT})(?:\s+and\s+{_POINT})?\)?", re.IGNORECASE)
LONGEST_PART = 60
"""Characters of a line that dates may be wrapped in."""


@dataclass(frozen=True, slots=True)
class Span:
    """From a month to another, counted from year 0; `begin <= end`, both included. `text` as it was written."""

    begin: int
    end: int
    text: str

    @property
    def months(self) -> int:
        """How many months it covers."""
        return self.end - self.begin + 1


def find_span(line: str, today: date, *, single: bool = False) -> Span | None:
    """The first range of dates in a line; with `single`, a lone date counts as well."""
    for pattern in (_RANGE, _ONE_YEAR, _SHORT_RANGE, _TO_DATE, _SHORT, _SINCE, _OPEN, *((_SINGLE,) if single else ())):
        match = pattern.search(line)
        span = _span(match, today) if match else None
        if span:
            return span
    return None


def joined_dates(first: str, second: str, today: date) -> str | None:
    """A range that was wrapped in a narrow column ("March 2019 –", "June 2021") as one; None where it is none."""
    if not 0 < len(first.strip()) <= LONGEST_PART or not 0 < len(second.strip()) <= LONGEST_PART:
        return None
    joined = f"{first.strip()} {second.strip()}"
    span = find_span(joined, today)
    whole = span is not None and span.text == joined
    return joined if whole or (_UNENDED.search(first) and _ENDS.match(second)) else None


def total_years(spans: Iterable[Span]) -> float:
    """Years that the spans cover together; overlaps count once."""
    covered: set[int] = set()
    for span in spans:
        covered.update(range(span.begin, span.end + 1))
    return round(len(covered) / 12, 1)


def _span(match: re.Match[str], today: date) -> Span | None:
    groups = match.groupdict()
    now = today.year * 12 + today.month - 1
    last = groups.get("to")
    shared = f" {last[-4:]}" if match.re is _ONE_YEAR and last is not None else ""
    first = groups["from"] + shared
    begin = _month(first, first=True)
    if last is None:
        end = now if match.re in (_SINCE, _OPEN) else _month(first, first=False)
    elif match.re is _TO_DATE or re.fullmatch(_NOW, last, re.IGNORECASE):
        end = now
    elif match.re is _SHORT:
        end = (begin // 1200 * 100 + int(last)) * 12 + 11
    else:
        end = _month(last, first=False)
    end = min(end, now)
    return Span(begin, end, match.group()) if begin <= end and end - begin < 60 * 12 else None


def _month(text: str, *, first: bool) -> int:
    """The month a point in time stands for; of a lone year, a season or a quarter the first or the last."""
    lower = text.lower()
    years = re.findall(_YEAR, lower)
    year = int(years[-1]) if years else _full_year(int(re.findall(r"\d\d", lower)[-1]))
    named = re.search(r"[a-z]{3,}", lower)
    if named:
        month = next((index for index, month in enumerate(_MONTHS) if named.group().startswith(month)), None)
        if month is not None:
            return year * 12 + month
        season = next((month for word, month in _SEASONS.items() if named.group().startswith(word)), 1)
        return year * 12 + season - 1 + (0 if first else 2)
    quarter = re.match(r"q([1-4])", lower)
    if quarter:
        return year * 12 + (int(quarter.group(1)) - 1) * _QUARTER + (0 if first else 2)
    number = re.match(rf"{_YEAR}\s?[-/.]\s?(\d\d)", lower) or re.search(r"(\d{1,2})\s?[/.-]\s?['’]?\d{2,4}$", lower)
    if number and 1 <= int(number.group(1)) <= 12:
        return year * 12 + int(number.group(1)) - 1
    return year * 12 + (0 if first else 11)


def _full_year(short: int) -> int:
    return short + (2000 if short < 60 else 1900)
