"""Takes a picture of every screen, light, dark and on a phone: `make screenshots`, into `var/screenshots`.

It starts a server of its own with a person who has practised. Look at each picture: what looks cheap is a fault.
"""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Literal

import httpx
from fastapi import FastAPI
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize

from app.config import JobSettings, RateLimitSettings, Settings
from app.main import create_app
from tests.conftest import ROOT, Candidate, register, settle
from tests.live.support import PROFILER, clip, serving
from tests.page.browser import opened, say
from tests.page.recruiting import conducted, question_set, staff
from tests.page.steps import begin_answer, finish

SIZES: dict[str, ViewportSize] = {"desk": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}
LOOKS: tuple[tuple[Literal["light", "dark"], str], ...] = (
    *(("light", "desk"), ("dark", "desk")),
    *(("light", "phone"), ("dark", "phone")),
)
STRONG = (
    "In my last job our checkout failed for about two percent of customers during a sale. I was responsible for the "
    "payment service, so I first reproduced the error with a replay of production traffic. I found that two workers "
    "took the same job, and I added a lock on the row. As a result the failures went from two percent to zero within a "
    "week. I learned to test with real traffic before a sale."
)
MIDDLING = (
    "I once had a conflict with a designer about a deadline. I listened to her reasons and proposed to ship the form "
    "without the animation first. We shipped on time. Next time I would talk to her earlier."
)
PRACTICES = (
    ("First try", None, None, "hr", MIDDLING),
    ("Team lead", "Team lead", "Nordlicht", "leadership", MIDDLING),
    ("Python screening", "Backend developer", "Alder & Co", "technical", STRONG),
    ("Backend developer", "Backend developer", "Nordlicht", "behavioral", STRONG),
)
DIALOGS = {
    "codes": ("New codes", "Invite with"),
    "set": ("Add from bank", "Import file", "Preview as candidate"),
    "interview": ("Delete",),
    "users": ("Manage Root Admin",),
}
"""Buttons of a screen that open a dialog."""
PATIENCE = 300
"""Seconds for what is made behind the scenes. Pictures and measurements are not to fail because a machine is busy."""
PERSON = {"email": "ada@example.com", "password": "correct horse battery"}


async def practise(app: FastAPI, candidate: Candidate) -> tuple[str, str]:
    """(a finished session with a spoken answer, one that waits)."""
    profile = {"full_name": "Maya Okafor", "target_role": "Backend developer"}
    await candidate.data("PUT", "/api/v1/users/me", json=profile)
    sound = (ROOT / "tests" / "data" / "answer.mp3").read_bytes()
    last = ""
    for title, role, company, kind, answer in PRACTICES:
        last = await candidate.session(title=title, target_role=role, target_company=company, interview_type=kind)
        base = f"/api/v1/interviews/sessions/{last}"
        wishes = {"categories": ["technical"], "skills": ["Python"]} if kind == "technical" else {}
        for place, question in enumerate(await candidate.questions(last, 3, **wishes)):
            path = f"{base}/questions/{question['id']}"
            if place == 0 and kind == "technical":
                await candidate.data("POST", f"{path}/audio", files={"file": ("answer.mp3", sound, "audio/mpeg")})
                await settle(app, PATIENCE)
            elif place < 2:
                await candidate.data("POST", f"{path}/answer", json={"answer": (answer, MIDDLING)[place]})
            else:
                await candidate.data("POST", f"{path}/skip")
        await candidate.data("POST", f"{base}/complete")
        await settle(app, PATIENCE)  # scores and feedback are made behind the scenes
        if kind == "technical":
            spoken = last
    waiting = await candidate.session(title="Case practice", target_role="Product manager", interview_type="case")
    await candidate.questions(waiting, 3)
    return spoken, waiting


Take = Callable[..., Awaitable[None]]
"""Takes the pictures of a name; with `whole` of all there is to scroll."""


def taking(page: Page, folder: Path) -> Take:
    """Every look of a moment before the next one."""

    async def take(name: str, *, whole: bool = False) -> None:
        for scheme, size in LOOKS:
            await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            await page.set_viewport_size(SIZES[size])
            await shot(page, folder / f"{name}-{scheme}-{size}.png", whole=whole)

    return take


async def shot(page: Page, path: Path, *, whole: bool) -> None:
    """One picture. For a `whole` screen the window grows, so that what is fixed to its edge stands there."""
    size = page.viewport_size
    if whole and size:
        height = int(await page.evaluate("document.documentElement.scrollHeight"))
        await page.set_viewport_size({"width": size["width"], "height": height})
    await page.wait_for_timeout(300)  # until colours have changed
    await page.screenshot(path=path)
    if whole and size:
        await page.set_viewport_size(size)


async def room(page: Page, take: Take) -> None:
    """The screens of an interview, while somebody speaks."""
    await page.get_by_role("button", name="Check my microphone").click()
    await page.get_by_text("Your microphone works.").wait_for()
    await take("check")
    await page.get_by_role("button", name="Begin").click()
    await page.get_by_role("heading").wait_for()
    await take("room-asking")
    await begin_answer(page)
    await page.get_by_label("Captions").get_by_text("profiler").first.wait_for(timeout=60_000)
    await page.get_by_text("Hearing you").wait_for()
    await page.wait_for_timeout(1_200)  # so that the waveform shows a sentence
    await take("room")
    await page.locator("body").press("t")
    await take("room-typing")


async def by_code(page: Page, take: Take, code: str) -> None:
    """A candidate without an account, on video, from the code to the thanks."""
    await page.goto("/join")
    await page.get_by_label("Code").fill("0000 1111")
    await page.get_by_role("button", name="Continue").click()
    await page.get_by_role("alert").first.wait_for()
    await take("join")
    await page.get_by_label("Code").fill(code)
    await page.get_by_label("Your name").fill("Grace Hopper")
    await page.get_by_role("button", name="Continue").click()
    await page.get_by_role("button", name="Agree and continue").wait_for()
    await take("join-consent", whole=True)
    await page.get_by_role("button", name="Agree and continue").click()
    await page.get_by_role("button", name="Check my microphone").click()
    await page.get_by_role("button", name="Turn camera on").click()
    await page.get_by_label("You, as the camera sees you").wait_for()
    await page.get_by_text("Your microphone works.").wait_for()
    await take("join-check", whole=True)
    await speak(page)
    await take("room-video")
    await page.get_by_role("button", name="Finish").click()
    await page.get_by_role("dialog").get_by_role("button", name="Finish").wait_for()
    await take("room-finish")
    await page.get_by_role("dialog").get_by_role("button", name="Finish").click()
    await page.get_by_role("heading", name="Thank you").wait_for()
    await take("join-thanks", whole=True)


async def in_rounds(page: Page, take: Take) -> None:
    """An interview of several rounds, and its report with a film."""
    await page.goto("/new")
    await page.get_by_label("Role").fill("Backend developer")
    await page.get_by_text("Several rounds").click()
    await page.get_by_role("button", name="Suggest rounds").click()
    await page.get_by_role("button", name="Suggest again").wait_for()
    await take("new-rounds", whole=True)
    await page.get_by_role("button", name="Prepare the interview").click()
    await page.get_by_role("button", name="Begin the first round").wait_for()
    await take("rounds", whole=True)
    await page.get_by_role("button", name="Begin the first round").click()
    await page.get_by_role("button", name="Check my microphone").click()
    await page.get_by_role("button", name="Turn camera on").click()
    await page.get_by_label("You, as the camera sees you").wait_for()
    await speak(page)
    await page.get_by_role("button", name="Done with this answer").click()
    await page.get_by_text("Thinking").wait_for(state="hidden")
    await finish(page)
    await page.get_by_role("button", name="Begin the next round").wait_for(timeout=60_000)
    await take("rounds-between", whole=True)
    await page.get_by_role("button", name="Finish and see the report").click()
    await page.get_by_label("Your video").wait_for(timeout=60_000)
    await page.wait_for_timeout(4_000)  # until what is seen in it is there
    await take("report-rounds", whole=True)


async def speak(page: Page) -> None:
    """From the look at the devices to the middle of an answer."""
    await page.get_by_role("button", name="Begin", exact=True).click()
    await begin_answer(page)
    await page.get_by_label("Captions").get_by_text("profiler").first.wait_for(timeout=60_000)
    await page.wait_for_timeout(2_000)


async def a_code(app: FastAPI) -> str:
    """A code for one candidate; its questions come from the bank."""
    async with app.state.runtime.services.writing() as writes:
        (code,) = await writes.codes.issue()
        return str(code.code)


async def shoot(browser: Browser, base: str, folder: Path, spoken: str, waiting: str) -> None:
    screens = {
        "landing": "/", "signin": "/signin", "signup": "/signup", "forgot": "/forgot", "home": "/home", "new": "/new",
        "sessions": "/sessions", "report": f"/sessions/{spoken}", "unfinished": f"/sessions/{waiting}",
        "progress": "/progress", "settings": "/settings", "nothing": "/nothing/here",
    }  # fmt: skip
    for scheme, size in LOOKS:
        look = f"{scheme}-{size}"
        async with await browser.new_context(
            base_url=base, color_scheme=scheme, viewport=SIZES[size], reduced_motion="reduce"
        ) as context:
            page = await context.new_page()
            for name, path in screens.items():
                if name == "home":
                    await login(context)
                await page.goto(path)
                await page.wait_for_load_state("networkidle")
                await shot(page, folder / f"{name}-{look}.png", whole=True)
    async with await browser.new_context(base_url=base) as context:
        await login(context)
        page = await context.new_page()
        await page.goto(f"/room/{waiting}")
        await room(page, taking(page, folder))


async def shoot_candidates(browser: Browser, base: str, folder: Path, code: str) -> None:
    async with await browser.new_context(base_url=base) as context:
        context.set_default_timeout(120_000)
        page = await context.new_page()
        await by_code(page, taking(page, folder), code)
    async with await browser.new_context(base_url=base) as context:
        await login(context)
        context.set_default_timeout(120_000)
        page = await context.new_page()
        await in_rounds(page, taking(page, folder))


async def shoot_recruiting(browser: Browser, base: str, folder: Path, app: FastAPI, http: httpx.AsyncClient) -> None:
    """The screens of recruiters and administrators, with interviews that were begun with their codes."""
    admin = await staff(app, http, "root@example.com", "admin", "Root Admin")
    for name in ("Customer service", "Team lead"):
        await question_set(admin, name)
    ids = await conducted(app, admin, PATIENCE)
    sets = (await admin.data("GET", "/api/v1/admin/question-sets"))["question_sets"]
    prompt = (await admin.data("GET", "/api/v1/admin/prompts"))["prompts"][0]
    await admin.data(
        "POST", "/api/v1/admin/prompts", json={"name": "Shorter", "text": "Help with {question} after {transcript}"}
    )
    screens = {
        "interviews": "interviews", "interview": f"interviews/{ids[0]}", "interview-spoken": f"interviews/{ids[2]}",
        "interview-open": f"interviews/{ids[3]}", "codes": "codes", "sets": "sets", "set": f"sets/{sets[-1]['id']}",
        "compare-choose": "compare", "compare": f"compare?ids={ids[0]},{ids[1]}", "prompts": "prompts",
        "prompt": f"prompts/{prompt['id']}", "users": "users", "system": "system", "audit": "audit",
    }  # fmt: skip
    for scheme, size in LOOKS:
        async with await browser.new_context(
            base_url=base, color_scheme=scheme, viewport=SIZES[size], reduced_motion="reduce"
        ) as context:
            await login(context, "root@example.com")
            page = await context.new_page()
            for name, path in screens.items():
                await page.goto(f"/manage/{path}")
                await page.wait_for_load_state("networkidle")
                if name == "interview":
                    await page.get_by_role("button", name="Show timeline").click()
                    await page.wait_for_load_state("networkidle")
                if name == "prompt":
                    await page.get_by_label("Text").press("Control+End")
                    await page.keyboard.type(" Ask for one thing at a time.")
                if name == "set":
                    await page.get_by_role("button", name="Edit question 1").click()
                await shot(page, folder / f"manage-{name}-{scheme}-{size}.png", whole=True)
                for dialog in DIALOGS.get(name, ()):
                    await page.get_by_role("button", name=dialog).first.click()
                    await page.get_by_role("dialog").wait_for()
                    await page.wait_for_load_state("networkidle")
                    shown = dialog.split(" of ")[0].lower().replace(" ", "-")
                    await page.screenshot(path=folder / f"manage-{name}-{shown}-{scheme}-{size}.png")
                    await page.keyboard.press("Escape")


async def login(context: BrowserContext, email: str = PERSON["email"]) -> None:
    answer = await context.request.post("/api/v1/web/login", data={**PERSON, "email": email})
    assert answer.ok, await answer.text()


async def main(folder: Path, part: str | None = None) -> None:
    """All pictures, or those of one part: practice, recruiting."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        data = Path(home)
        settings = Settings(
            environment="test", log_level="WARNING", data_dir=data / "var", upload_dir=data / "uploads",
            rate_limit=RateLimitSettings(enabled=False), job=JobSettings(grace_seconds=0),
        )  # fmt: skip
        microphone = say(data / "voice.wav", clip(PROFILER))
        async with serving(create_app(settings)) as server, opened(microphone) as browser:
            base = f"http://127.0.0.1:{server.port}"
            async with httpx.AsyncClient(base_url=base, timeout=300) as http:
                if part in (None, "practice"):
                    spoken, waiting = await practise(server.app, await register(http, PERSON["email"]))
                    await shoot(browser, base, folder, spoken, waiting)
                    await shoot_candidates(browser, base, folder, await a_code(server.app))
                if part in (None, "recruiting"):
                    await shoot_recruiting(browser, base, folder, server.app, http)
    print(f"Pictures are in {folder}.")  # noqa: T201  a command


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "var" / "screenshots", *sys.argv[2:3]))
