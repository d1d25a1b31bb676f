"""What people do again and again in a walk."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

from playwright.async_api import Browser, Locator, Page, TimeoutError, expect

from tests.live.support import LiveServer
from tests.page.browser import Complaints

PATIENCE = 60_000
"""Milliseconds; the machine may be busy."""
expect.set_options(timeout=PATIENCE)
UNDO_MS = 6_000
"""How long what was deleted can be taken back."""
KEPT = """([store, since, least]) => new Promise((done) => {
  const opening = indexedDB.open("greenroom");
  opening.onsuccess = () => {
    const reading = opening.result.transaction(store).objectStore(store).getAll();
    reading.onsuccess = () => {
      opening.result.close();
      const found = reading.result.filter(({ at }) => at > since);
      done(found.reduce((sum, { samples }) => sum + (samples?.length ?? 1), 0) >= least);
    };
  };
})"""
"""Whether the browser has kept so much since then: samples of sound, or pieces of a film."""


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


def open_question(page: Page) -> Locator:
    """The button of a question that is being read, or that was read and is listened to."""
    return page.get_by_role("button", name=re.compile("^(Start answering|Done with this answer)$"))


async def finish_unless(page: Page, over: Locator) -> None:
    """An answer was given. Where it is followed up, the interview is ended; it is `over` where not."""
    await expect(open_question(page).or_(over)).to_be_visible()
    if await open_question(page).is_visible():
        await finish(page)


async def said_without_a_network(page: Page) -> None:
    """Wait until two sentences wait in the browser for the network."""
    await _kept(page, "sound", 0, 11 * 16_000)


async def filmed(page: Page, since: float = 0) -> None:
    """Wait until three pieces of a film, of a second each, were kept since then (ms of the browser's clock)."""
    await _kept(page, "chunks", since, 3)


async def _kept(page: Page, store: str, since: float, least: int) -> None:
    """A loop of ours: `wait_for_function` takes the promise itself for an answer."""
    async with asyncio.timeout(PATIENCE / 1000):
        while not await page.evaluate(KEPT, [store, since, least]):
            await page.wait_for_timeout(300)


@asynccontextmanager
async def no_time_passes(page: Page) -> AsyncIterator[None]:
    """No timer of the page runs out, so that what was deleted can be taken back however slow the machine is. Wait for
    the page before: it loads nothing meanwhile."""
    await page.clock.install()
    await page.clock.pause_at(datetime.now(UTC) + timedelta(minutes=1))
    yield
    await page.clock.resume()


async def finish(page: Page) -> None:
    """End the interview, or its round, whatever is still open."""
    await page.get_by_role("button", name="Finish").click()
    await page.get_by_role("dialog").get_by_role("button", name="Finish").click()
