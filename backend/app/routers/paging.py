"""Query parameters of lists."""

from typing import Annotated, Literal

from fastapi import Depends, Query
from pydantic import StringConstraints

from app.repositories.base import Page
from app.web.text import CleanLine

Search = Annotated[str, StringConstraints(max_length=100), CleanLine]
Direction = Literal["asc", "desc"]


async def _page(
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1, per_page: Annotated[int, Query(ge=1, le=100)] = 20
) -> Page:
    return Page(page, per_page)


PageDep = Annotated[Page, Depends(_page)]
"""`page` and `per_page`."""
