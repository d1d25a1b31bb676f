"""Candidates in a real browser: by code without an account, on video, in several rounds, without a network."""

import asyncio
import re
from typing import Any

from playwright.async_api import Browser, Page, expect

from tests.conftest import Candidate
from tests.live.support import LiveServer
from tests.page.steps import (
    PATIENCE,
    answer,
    begin_answer,
    enter,
    filmed,
    finish,
    finish_unless,
    said_without_a_network,
    tab,
)
from tests.recruiting.conftest import with_role

QUESTION = "How do you find a memory leak in a service that runs for weeks?"
SILENT = """
const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wanted) => {
  const stream = await open(wanted);
  for (const track of stream.getAudioTracks()) track.enabled = false;
  return stream;
};
"""
WATCH_CAPTIONS = """
window.captionDelays = [];
let heardAt = null;
const Plain = window.WebSocket;
window.WebSocket = class extends Plain {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", ({ data }) => {
      const { type } = JSON.parse(data);
      if (type === "partial" || type === "final") heardAt ??= performance.now();
    });
  }
};
new MutationObserver((changes) => {
  const captions = document.querySelector('section[aria-label="Captions"]');
  if (heardAt === null || !changes.some((change) => captions?.contains(change.target))) return;
  const since = heardAt;
  heardAt = null;
  requestAnimationFrame(() => setTimeout(() => window.captionDelays.push(performance.now() - since)));
}).observe(document, { subtree: true, childList: true, characterData: true });
"""
"""Milliseconds from the server's event to the frame that shows it."""


async def invited(server: LiveServer, **wishes: Any) -> tuple[Candidate, str]:
    """(a recruiter, a code of theirs for one question)."""
    recruiter = await with_role(server.app, server.http, "rita@example.com", "recruiter")
    body = {"name": "Backend screening", "questions": [{"text": QUESTION}]}
    chosen = await recruiter.data("POST", "/api/v1/admin/question-sets", json=body)
    code = await recruiter.data("POST", "/api/v1/admin/codes", json={"question_set_id": chosen["id"], **wishes})
    return recruiter, str(code["code"])


async def films_of(recruiter: Candidate, session: str, count: int) -> list[dict[str, Any]]:
    """The films of an interview, as soon as there are so many."""
    found: list[dict[str, Any]] = []
    try:
        async with asyncio.timeout(PATIENCE / 1000):
            while True:
                path = f"/api/v1/interviews/sessions/{session}/recordings"
                found = (await recruiter.data("GET", path))["recordings"]
                films = [one for one in found if one["kind"] == "video" and one["status"] == "completed"]
                if len(films) >= count:
                    return films
                await asyncio.sleep(0.3)
    except TimeoutError:
        raise AssertionError(f"no {count} films came, only {found}") from None


async def login(page: Page) -> None:
    body = {"email": "ada@example.com", "password": "correct horse battery"}
    assert (await page.context.request.post("/api/v1/web/login", data=body)).ok


async def test_somebody_joins_by_code_and_answers_on_video(
    browser: Browser, server: LiveServer, record_property: Any
) -> None:
    recruiter, code = await invited(server, candidate_name="Grace Hopper")
    async with tab(browser, server, expected=(400,)) as page:
        await page.add_init_script(WATCH_CAPTIONS)
        await page.goto(f"/join#{code}")
        await page.get_by_label("Your name").fill("Somebody Else")
        await page.get_by_role("button", name="Continue").click()
        await expect(page.get_by_role("alert")).to_contain_text("This code and name do not match")
        await page.get_by_label("Code").fill("abcd 0000")
        await page.get_by_role("button", name="Continue").click()
        await expect(page.get_by_role("alert")).to_contain_text("Codes never contain the digit 0")
        await page.get_by_label("Code").fill(f"{code[:4].lower()}-{code[4:].lower()}")
        await page.get_by_label("Your name").fill("grace hopper")
        await page.get_by_role("button", name="Continue").click()
        await expect(page.get_by_text("The people who invited you. A computer prepares scores")).to_be_visible()
        assert code not in page.url
        await page.get_by_role("button", name="Agree and continue").click()

        await page.get_by_role("button", name="Check my microphone").click()
        await page.get_by_role("button", name="Turn camera on").click()
        await expect(page.get_by_label("You, as the camera sees you")).to_be_visible()
        await page.get_by_role("button", name="Begin").click()
        await begin_answer(page)
        await expect(page.get_by_label("Captions")).to_contain_text("profiler")
        await expect(page.get_by_label("You, as the camera sees you")).to_be_visible()

        await filmed(page)
        page.on("dialog", lambda dialog: dialog.accept())
        await page.reload()  # neither the code nor the consent is asked for again
        reloaded = await page.evaluate("Date.now()")
        await page.get_by_role("button", name="Check my microphone").click()
        await page.get_by_role("button", name="Turn camera on").click()
        await page.get_by_role("button", name="Continue").click()
        await expect(page.get_by_role("heading", name=QUESTION)).to_be_visible()
        await expect(page.get_by_label("Captions")).to_contain_text("profiler")
        await filmed(page, reloaded)
        await page.get_by_role("button", name="Done with this answer").click()
        await expect(page.get_by_role("heading", name="Thank you. Your answers were received")).to_be_visible()
        await expect(page.get_by_text("not recognised", exact=False)).to_have_count(0)
        await expect(page.get_by_text("Your video is being sent")).to_have_count(0)
        await expect(page.get_by_text("could not be sent")).to_have_count(0)
        delays = sorted(await page.evaluate("window.captionDelays"))
        record_property("caption_delay_ms", [round(delay) for delay in delays])

        (entered,) = (await recruiter.data("GET", f"/api/v1/admin/sessions?code={code}"))["sessions"]
        films = await films_of(recruiter, entered["id"], 2)  # one before the refresh, one after it
        (question,) = {film["question_id"] for film in films}
        assert question is not None
        assert all(film["duration"] > 1 for film in films)
        await page.get_by_role("button", name="Done").click()
        await page.wait_for_url(f"http://127.0.0.1:{server.port}/")
        await page.goto(f"/join#{code}")
        await page.get_by_label("Your name").fill("Grace Hopper")
        await page.get_by_role("button", name="Continue").click()
        await expect(page.get_by_role("alert")).to_contain_text("is finished")


async def test_a_candidate_may_write_and_is_then_not_recorded(browser: Browser, server: LiveServer) -> None:
    recruiter, code = await invited(server)
    async with tab(browser, server) as page:
        await page.goto("/join")
        await page.get_by_label("Code").fill(code)
        await page.get_by_label("Your name").fill("Grace")
        await page.keyboard.press("Enter")
        await page.get_by_role("button", name="Answer in writing").click()
        await page.get_by_role("button", name="Begin").click()
        await page.get_by_label("Your answer in writing").fill("I take two heap profiles and compare what grew.")
        await page.get_by_role("button", name="Send answer").click()
        await expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    (entered,) = (await recruiter.data("GET", f"/api/v1/admin/sessions?code={code}"))["sessions"]
    assert (await recruiter.data("GET", f"/api/v1/interviews/sessions/{entered['id']}/recordings"))["recordings"] == []


async def test_what_is_said_while_offline_outlives_a_refresh(browser: Browser, server: LiveServer) -> None:
    candidate = await server.candidate()
    session = await server.interview(candidate)
    async with tab(browser, server) as page:
        await login(page)
        await page.goto(f"/room/{session}")
        await enter(page)
        await begin_answer(page)
        captions = page.get_by_label("Captions")
        await expect(captions).to_contain_text("profiler")
        await page.context.set_offline(True)
        await expect(page.get_by_role("alert")).to_contain_text("interrupted")
        known = (await captions.inner_text()).count("profiler")
        await said_without_a_network(page)
        page.on("dialog", lambda dialog: dialog.accept())
        await page.goto("about:blank")
        await page.context.set_offline(False)
        await page.add_init_script(SILENT)  # what is heard from here on is not what was said before
        await page.goto(f"/room/{session}")
        await page.get_by_role("button", name="Check my microphone").click()
        await page.get_by_role("button", name="Continue").click()
        await page.get_by_role("button", name="Done with this answer").click()
        await expect(page.get_by_role("button", name="Done with this answer")).to_have_count(0)
        question = (await candidate.data("GET", f"/api/v1/interviews/sessions/{session}/questions"))["questions"][0]
        path = f"/api/v1/interviews/sessions/{session}/questions/{question['id']}/transcript"
        async with asyncio.timeout(PATIENCE / 1000):
            while (await candidate.call("GET", path)).status_code != 200:
                await page.wait_for_timeout(300)
        assert (await candidate.data("GET", path))["transcript"].count("profiler") >= known + 2


async def test_an_interview_of_several_rounds_is_held_round_by_round(browser: Browser, server: LiveServer) -> None:
    await server.candidate()
    async with tab(browser, server) as page:
        await login(page)
        await page.goto("/new")
        await page.get_by_label("Role").fill("Backend developer")
        await page.get_by_text("Several rounds").click()
        await page.get_by_role("button", name="Suggest rounds").click()
        removes = page.get_by_role("button", name=re.compile("^Leave out"))
        await expect(removes.first).to_be_visible()
        while await removes.count() > 2:
            await removes.last.click()
        for place in (0, 1):
            await page.get_by_label(re.compile("^Questions in")).nth(place).select_option("1")
        await page.get_by_role("button", name="Prepare the interview").click()
        await page.get_by_role("button", name="Begin the first round").click()
        await enter(page)
        await answer(page)
        following = page.get_by_role("button", name="Begin the next round")
        await finish_unless(page, following)
        await following.click()
        await page.get_by_role("button", name="Type instead").click()  # the microphone stays open between rounds
        await page.get_by_label("Your answer in writing").fill("I wrote a test, found the leak and fixed it in a day.")
        await page.get_by_role("button", name="Send answer").click()
        await finish(page)
        await page.wait_for_url("**/sessions/*")
        await expect(page.get_by_text(re.compile("^Round 1: "))).to_be_visible()
        await expect(page.get_by_text(re.compile("^Round 2: "))).to_be_visible()
