"""Spans of time as résumés write them, in months."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_SEASONS = {"winter": 1, "spring": 3, "summer": 6, "autumn": 9, "fall": 9}
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?|spring|summer|autumn|fall|winter)\.?"
)
_POINT = rf"(?:(?:{_MONTH}\s*,?\s*|\d{{1,2}}\s?[/.]\s?)?(?:19[6-9]\d|20[0-4]\d)|{_MONTH}\s*['’]\d\d)"
_NOW = r"(?:present|now|today|current(?:ly)?|ongoing|to date|heute|date)"
_RANGE = re.compile(rf"\(?(?P<from>{_POINT})\s*(?:[-–—]+|to|until|till)\s*(?P<to>{_POINT}|{_NOW})\)?", re.IGNORECASE)
_SHORT = re.compile(r"\(?(?P<from>(?:19[6-9]\d|20[0-4]\d))\s*[-–/]\s*(?P<to>\d\d)\)?(?!\d)")
_SINCE = re.compile(rf"\(?(?:since|from)\s+(?P<from>{_POINT})\)?", re.IGNORECASE)
_SINGLE = re.compile(rf"\(?(?P<from>{_POINT})(?:\s+and\s+{_POINT})?\)?", re.IGNORECASE)


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
    for pattern in (_RANGE, _SHORT, _SINCE, *((_SINGLE,) if single else ())):
        match = pattern.search(line)
        if match:
            return _span(match, today)
    return None


def total_years(spans: Iterable[Span]) -> float:
    """Years that the spans cover together; overlaps count once."""
    covered: set[int] = set()
    for span in spans:
        covered.update(range(span.begin, span.end + 1))
    return round(len(covered) / 12, 1)


def _span(match: re.Match[str], today: date) -> Span | None:
    groups = match.groupdict()
    now = today.year * 12 + today.month - 1
    begin = _month(groups["from"], first=True)
    last = groups.get("to")
    if last is None:
        end = now if match.re is _SINCE else _month(groups["from"], first=False)
    elif re.fullmatch(_NOW, last, re.IGNORECASE):
        end = now
    elif len(last) == 2 and match.re is _SHORT:
        end = (begin // 1200 * 100 + int(last)) * 12 + 11
    else:
        end = _month(last, first=False)
    end = min(end, now)
    return Span(begin, end, match.group()) if begin <= end and end - begin < 60 * 12 else None


def _month(text: str, *, first: bool) -> int:
    """The month a point in time stands for; of a lone year or a season the first or the last."""
    lower = text.lower()
    short = re.search(r"['’](\d\d)$", lower)
    year = int(re.findall(r"\d{4}", lower)[-1]) if not short else 2000 + int(short.group(1))
    name = next((index for index, month in enumerate(_MONTHS) if lower.startswith(month)), None)
    season = next((month for word, month in _SEASONS.items() if lower.startswith(word)), None)
    number = re.match(r"(\d{1,2})\s?[/.]", lower)
    if name is not None:
        return year * 12 + name
    if season is not None:
        return year * 12 + season - 1 + (0 if first else 2)
    if number and 1 <= int(number.group(1)) <= 12:
        return year * 12 + int(number.group(1)) - 1
    return year * 12 + (0 if first else 11)
