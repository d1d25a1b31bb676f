"""What people do in a real browser, with a microphone that plays speech."""

import re
import zipfile

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from app.services.live import endpointing
from tests.live.support import LiveServer
from tests.page.steps import (
    answer,
    begin_answer,
    enter,
    finish,
    finish_unless,
    no_time_passes,
    open_question,
    said_without_a_network,
    tab,
)

PASSWORD = "correct horse battery"
SILENT_AT_FIRST = """
const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
const tracks = [];
let speaks = false;
window.speak = (on) => { speaks = on; for (const track of tracks) track.enabled = on; };
navigator.mediaDevices.getUserMedia = async (wanted) => {
  const stream = await open(wanted);
  for (const track of stream.getAudioTracks()) { track.enabled = speaks; tracks.push(track); }
  return stream;
};
"""


async def sign_up(page: Page, email: str = "maya@example.com", then: str = "Hello, Maya") -> None:
    await page.get_by_label("Your name").fill("Maya Okafor")
    await page.get_by_label("Email").fill(email)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name=re.compile("^(Create account|Keep my practice)$")).click()
    await expect(page.get_by_role("heading", name=then)).to_be_visible()


async def test_a_stranger_speaks_sees_what_came_of_it_and_keeps_it(browser: Browser, server: LiveServer) -> None:
    async with tab(browser, server) as page:
        await page.goto("/")
        await page.get_by_role("link", name="Answer one question now").click()
        await enter(page)
        await answer(page)
        await finish_unless(page, page.get_by_role("link", name="Keep my practice"))
        await expect(page.get_by_text("We did not check the facts")).to_be_visible()
        await expect(page.get_by_text("profiler").first).to_be_visible()
        await page.get_by_role("link", name="Keep my practice").click()
        await sign_up(page, then="Question by question")
        await expect(page.get_by_text("profiler").first).to_be_visible()
        await page.get_by_role("link", name="Sessions", exact=True).click()
        await expect(page.get_by_role("link", name="A first question")).to_be_visible()


async def test_who_is_not_heard_is_told_and_words_that_come_late_are_handed_in(
    browser: Browser, server: LiveServer
) -> None:
    async with tab(browser, server) as page:
        await page.add_init_script(SILENT_AT_FIRST)
        await page.goto("/")
        await page.get_by_role("link", name="Answer one question now").click()
        await page.get_by_role("button", name="Check my microphone").click()
        await page.get_by_role("button", name="Begin").click()
        await begin_answer(page)
        unheard = page.get_by_role("status").get_by_text("We can't hear you yet")
        await expect(unheard).to_be_visible()
        done = page.get_by_role("button", name="Done with this answer")
        await done.click()
        await expect(page.get_by_role("dialog")).to_contain_text("Nothing was heard")
        await page.get_by_role("button", name="Try again").click()
        await expect(done).to_be_visible()
        await done.click()
        await page.evaluate("speak(true)")
        await expect(unheard).to_have_count(0)
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await expect(done).to_have_count(0)
        await page.evaluate("speak(false)")
        await finish_unless(page, page.get_by_role("link", name="Keep my practice"))


async def test_the_first_minute_by_keyboard_alone(
    browser: Browser, server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing said, then typed, then said after all; an answer that falls silent ends after a warning."""
    monkeypatch.setattr(endpointing, "LONG_SILENCE", 3.0)
    monkeypatch.setattr(endpointing, "LONGEST_SILENCE", 10.0)
    async with tab(browser, server) as page:
        await page.add_init_script(SILENT_AT_FIRST)
        await page.goto("/")
        await tab_to(page, page.get_by_role("link", name="Answer one question now"))
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Before you begin")).to_be_focused()
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("button", name="Begin")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("main")).to_be_focused()
        done = page.get_by_role("button", name="Done with this answer")
        await expect(done.or_(page.get_by_role("button", name="Start answering"))).to_be_visible()
        await page.keyboard.press("Enter")
        await tab_to(page, done)
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("dialog")).to_contain_text("Nothing was heard")
        await page.keyboard.press("Escape")
        await expect(page.get_by_text("Nothing was heard")).to_have_count(0)
        await expect(done).to_be_focused()
        await page.keyboard.press("t")
        await expect(page.get_by_label("Your answer in writing")).to_be_focused()
        await page.keyboard.type("I would rather")
        await tab_to(page, page.get_by_role("button", name="Speak instead"))
        await page.evaluate("speak(true)")
        await page.keyboard.press("Enter")
        await expect(page.get_by_label("Captions")).to_contain_text("profiler")
        await page.evaluate("speak(false)")
        await expect(page.get_by_role("status").get_by_text("Still there?").first).to_be_visible()
        await expect(done).to_have_count(0)
        follow_up = open_question(page)
        await expect(follow_up.or_(page.get_by_role("link", name="Keep my practice"))).to_be_visible()
        if await follow_up.is_visible():
            finishing = page.get_by_role("button", name="Finish")
            await tab_to(page, finishing)
            await page.keyboard.press("Enter")
            await tab_to(page, page.get_by_role("dialog").get_by_role("button", name="Finish"))
            await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="A first question")).to_be_focused()
        await tab_to(page, page.get_by_role("link", name="Keep my practice"), at_most=60)
        await page.keyboard.press("Enter")
        for text in ("Maya Okafor", "maya@example.com", PASSWORD):
            await page.locator("input:focus").wait_for()
            await page.keyboard.type(text)
            await page.keyboard.press("Tab")
        await page.keyboard.press("Shift+Tab")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("Hello")).to_have_count(0)
        await expect(page.get_by_role("heading", name="A first question")).to_be_focused()  # its report, now kept
        await expect(page.get_by_role("link", name="Keep my practice")).to_have_count(0)


async def tab_to(page: Page, wanted: Locator, at_most: int = 20) -> None:
    """Press Tab until something has the focus, which must be seen to have it."""
    for _ in range(at_most):
        await page.keyboard.press("Tab")
        if await wanted.evaluate("element => element === document.activeElement"):
            break
    await expect(wanted).to_be_focused()
    assert await wanted.evaluate("element => getComputedStyle(element).outlineStyle") != "none"


async def test_a_practice_and_the_settings_by_keyboard_alone(browser: Browser, server: LiveServer) -> None:
    await server.candidate()
    async with tab(browser, server) as page:
        body = {"email": "ada@example.com", "password": "correct horse battery"}
        assert (await page.context.request.post("/api/v1/web/login", data=body)).ok
        await page.goto("/home")
        await tab_to(page, page.get_by_role("link", name="Settings"))
        await page.keyboard.press("Enter")
        await tab_to(page, page.get_by_label("Role you are practising for"))
        await page.keyboard.type("Nurse")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("Saved", exact=True)).to_be_visible()
        await tab_to(page, page.get_by_role("radio", name="Match this device"))
        await page.keyboard.press("ArrowRight")
        await expect(page.get_by_role("radio", name="Light")).to_be_checked()
        captions = page.get_by_role("switch", name="Captions")
        await tab_to(page, captions)
        await page.keyboard.press("Space")
        await expect(captions).not_to_be_checked()

        await page.goto("/new")
        await tab_to(page, page.get_by_label("Role", exact=True))
        await page.keyboard.press("ControlOrMeta+a")
        await page.keyboard.type("Nurse")
        await tab_to(page, page.get_by_role("radio", name="A mix"))
        await page.keyboard.press("ArrowRight")
        await expect(page.get_by_role("radio", name="Behavioral")).to_be_checked()
        await tab_to(page, page.get_by_label("Skills to be asked about"))
        await page.keyboard.type("triage")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("button", name="Remove triage")).to_be_visible()
        await tab_to(page, page.get_by_role("button", name="Prepare the interview"))
        await page.keyboard.press("Enter")
        into = page.get_by_role("link", name="Go to the interview")
        check = page.get_by_role("heading", name="Before you begin")
        await expect(into.or_(check)).to_be_visible()
        if await into.is_visible():  # what could not be done as asked is told first
            await expect(into).to_be_focused()
            await page.keyboard.press("Enter")
        await expect(check).to_be_visible()


async def test_an_interview_outlives_a_refresh_and_a_broken_network(browser: Browser, server: LiveServer) -> None:
    async with tab(browser, server) as page:
        await page.goto("/signup")
        await sign_up(page)
        await page.get_by_role("link", name="Start practising").first.click()
        await page.get_by_label("Role").fill("Backend developer")
        await page.get_by_role("button", name="Prepare the interview").click()
        await enter(page)

        await begin_answer(page)
        await expect(page.get_by_label("Captions")).to_contain_text("profiler")
        question = await page.get_by_role("heading").first.inner_text()
        page.on("dialog", lambda dialog: dialog.accept())
        await page.locator("body").press("p")
        await expect(page.get_by_text("The timer is stopped")).to_be_visible()
        await page.reload()
        await expect(page.get_by_role("heading", name="Continue where you left off")).to_be_visible()
        place = re.compile(r"Question 1 of \d+\. What you have said so far is kept")
        await expect(page.get_by_text(place)).to_be_visible()
        await enter(page)
        await expect(page.get_by_role("heading", name=question)).to_be_visible()
        await expect(page.get_by_role("button", name="Done with this answer")).to_be_visible()  # the pause is over, too
        await expect(page.get_by_label("Captions")).to_contain_text("profiler")  # said before the refresh
        await page.context.set_offline(True)
        await expect(page.get_by_role("alert")).to_contain_text("interrupted")
        await said_without_a_network(page)
        await page.context.set_offline(False)
        await expect(page.get_by_role("alert")).to_have_count(0)
        await page.get_by_role("button", name="Done with this answer").click()

        await expect(open_question(page)).to_be_visible()
        await page.get_by_role("button", name="Type instead").click()
        written = "I wrote a test, found the leak and fixed it in a day."
        await page.get_by_label("Your answer in writing").fill(written)
        await page.reload()
        await enter(page)
        await expect(page.get_by_label("Your answer in writing")).to_have_value(written)
        await page.get_by_role("button", name="Send answer").click()
        await expect(page.get_by_label("Your answer in writing")).to_be_empty()
        await finish(page)
        await page.wait_for_url("**/sessions/*")

        await read_the_report(page, question)
        await take_it_along_and_leave(page)


async def read_the_report(page: Page, question: str) -> None:
    """The recording has all that was said, before the refresh and during the break; a word plays from its place."""
    named = page.get_by_role("button", name=question)
    card = page.get_by_role("article").filter(has=named).first  # a follow-up may ask for the same again, in its words
    first = card.get_by_role("button", name=question)
    if await first.get_attribute("aria-expanded") == "false":
        await first.click()
    words = card.locator("[data-at]", has_text="profiler")
    await expect(words.nth(2)).to_be_visible()
    at = float(await words.nth(2).get_attribute("data-at") or -1)
    audio = card.locator("audio")
    await audio.evaluate("audio => { audio.onplaying = () => { audio.dataset.from = audio.currentTime } }")
    await words.nth(2).click()
    await expect(audio).to_have_attribute("data-from", re.compile("[0-9]"))
    assert at <= float(await audio.get_attribute("data-from") or -1) < at + 5
    mark = card.get_by_role("button", name="I said this").first
    await mark.click()
    await expect(mark).to_have_attribute("aria-pressed", "true")
    await page.reload()
    await expect(page.get_by_role("button", name="I said this", pressed=True).first).to_be_visible()
    for name, start in (("Data (JSON)", b"{"), ("PDF", b"%PDF-")):
        async with page.expect_download() as download:
            await page.get_by_role("button", name=name, exact=True).click()
        content = (await (await download.value).path()).read_bytes()
        assert content.startswith(start)
        assert len(content) > 1_000


async def take_it_along_and_leave(page: Page) -> None:
    """A deletion can be taken back; an export has everything; a deleted account is gone."""
    await page.get_by_role("link", name="Sessions", exact=True).click()
    row = page.get_by_role("row").filter(has_text="Backend developer")
    await expect(row).to_have_count(1)
    async with no_time_passes(page):
        await row.get_by_role("button", name=re.compile("Delete")).click()
        await expect(row).to_have_count(0)
        await page.get_by_role("button", name="Undo").click()
        await expect(row).to_have_count(1)
    await page.get_by_role("link", name="Settings").click()
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Download my data").click()
    with zipfile.ZipFile(await (await download.value).path()) as archive:
        assert "account.json" in archive.namelist()
    await page.get_by_role("button", name="Delete account").click()
    await expect(page.get_by_role("button", name="Delete everything")).to_be_disabled()
    confirm = page.get_by_label(re.compile("^Type .* to confirm"))
    label = str(await confirm.evaluate("field => field.labels[0].innerText"))
    await confirm.fill(label.split()[1])
    await page.get_by_role("button", name="Delete everything").click()
    await expect(page.get_by_role("link", name="Answer one question now")).to_be_visible()
    await page.goto("/home")
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


async def test_without_a_microphone_people_learn_why_and_can_type(browser: Browser, server: LiveServer) -> None:
    async with tab(browser, server) as page:
        refusal = "() => { navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('no', '%s') } }"
        await page.goto("/try")
        await page.get_by_role("button", name="Check my microphone").wait_for()
        await page.evaluate(refusal % "NotAllowedError")
        await page.get_by_role("button", name="Check my microphone").click()
        await expect(page.get_by_role("alert")).to_contain_text("The microphone is blocked")
        await page.evaluate(refusal % "NotFoundError")
        await page.get_by_role("button", name="Try again").click()
        await expect(page.get_by_role("alert")).to_contain_text("No microphone found")
        await page.get_by_role("button", name="Type my answers instead").click()
        await expect(page.get_by_role("button", name="Speak instead")).to_have_count(1)
        await page.get_by_label("Your answer in writing").fill("I asked her why, listened, and we found a compromise.")
        await page.get_by_role("button", name="Send answer").click()
        await finish(page)
        await expect(page.get_by_text("You typed this answer")).to_be_visible()
        await expect(page.get_by_text("Not measured: typed")).to_be_visible()
        await expect(page.get_by_text("typed text alone")).to_have_count(0)  # a note on what is not shown


async def test_wrong_passwords_and_taken_addresses_are_told_at_the_form(browser: Browser, server: LiveServer) -> None:
    await server.candidate("maya@example.com")
    async with tab(browser, server, expected=(401, 409, 422)) as page:
        await page.goto("/signin")
        await page.get_by_label("Email").fill("maya@example.com")
        await page.get_by_label("Password", exact=True).fill("wrong horse battery")
        await page.get_by_role("button", name="Sign in").click()
        await expect(page.get_by_role("alert")).to_contain_text("Email or password is wrong")
        await page.goto("/signup")
        await page.get_by_label("Your name").fill("Maya")
        await page.get_by_label("Email").fill("maya@example.com")
        await page.get_by_label("Password", exact=True).fill("password")
        await page.get_by_role("button", name="Create account").click()
        await expect(page.get_by_label("Password", exact=True)).to_have_attribute("aria-invalid", "true")
        await page.get_by_label("Password", exact=True).fill(PASSWORD)
        await page.get_by_role("button", name="Create account").click()
        await expect(page.get_by_role("alert")).to_contain_text("already exists")
