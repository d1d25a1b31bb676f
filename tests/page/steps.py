"""What people do again and again in a walk."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from playwright.async_api import Browser, Page, TimeoutError, expect

from tests.live.support import LiveServer
from tests.page.browser import Complaints

PATIENCE = 60_000
"""Milliseconds; the machine may be busy."""
expect.set_options(timeout=PATIENCE)


@asynccontextmanager
async def tab(browser: Browser, server: LiveServer, *, expected: tuple[int, ...] = ()) -> AsyncIterator[Page]:
    """A tab of a fresh browser; a page that complained fails the test."""
    async with await browser.new_context(base_url=f"http://127.0.0.1:{server.port}", accept_downloads=True) as context:
        context.set_default_timeout(PATIENCE)
        page = await context.new_page()
        complaints = Complaints(page, expected=expected)
        yield page
        assert complaints.found == []


async def enter(page: Page) -> None:
    """From the look at the microphone into the room, to where an answer begins."""
    await page.get_by_role("button", name="Check my microphone").click()
    await expect(page.get_by_text("Your microphone works.")).to_be_visible()
    await page.get_by_role("button", name=re.compile("^(Begin|Continue)$")).click()


async def begin_answer(page: Page) -> None:
    """Cut the question short. Once it was read the room listens by itself, and the button is gone."""
    start = page.get_by_role("button", name="Start answering")
    done = page.get_by_role("button", name="Done with this answer")
    await start.or_(done).wait_for()
    with suppress(TimeoutError):
        if await start.is_visible():
            await start.click(timeout=3_000)
    await done.wait_for()


async def answer(page: Page) -> None:
    """Say something, see it, and be done with it. The microphone repeats one sentence and may begin in its middle, so
    it is heard twice: one of the two is whole, whatever is cut off at the ends."""
    await begin_answer(page)
    await expect(page.get_by_label("Captions")).to_contain_text(re.compile(r"profiler[\s\S]*profiler"))
    await page.get_by_role("button", name="Done with this answer").click()


async def finish(page: Page) -> None:
    """End the interview, or its round, whatever is still open."""
    await page.get_by_role("button", name="Finish").click()
    await page.get_by_role("dialog").get_by_role("button", name="Finish").click()
