"""What holds for every screen: accessible in both themes, no wider than a phone, and light to load."""

import asyncio
import gzip
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, expect

from app import installation
from tests.conftest import ROOT, Candidate
from tests.live.support import LiveServer
from tests.page.browser import FRONTEND, Complaints
from tests.page.steps import begin_answer, finish, tab
from tests.recruiting.conftest import with_role

AXE = FRONTEND / "node_modules" / "axe-core" / "axe.min.js"
COLOURS_CHANGED = """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() =>
    Promise.allSettled(
        document.getAnimations().filter((one) => one instanceof CSSTransition).map((one) => one.finished)
    ).then(done))))"""
"""Waits until another scheme is drawn: what is between two colours has little contrast."""
FIRST_LOAD, ROOM = 220_000, 80_000
"""Bytes of all scripts, compressed."""
ANSWER = (
    "In my last job our checkout failed during a sale. I was responsible, so I wrote a test, found that two workers "
    "took the same job, and added a lock. As a result the failures went from two percent to zero. I learned to test."
)


async def practised(candidate: Candidate) -> tuple[str, str]:
    """(a finished interview with answers, one that is not finished)."""
    ids = []
    for count in (2, 1):
        session = await candidate.session(target_role="Backend developer", target_company="Nordlicht")
        ids.append(session)
        for question in await candidate.questions(session, count):
            if count == 2:
                base = f"/api/v1/interviews/sessions/{session}/questions/{question['id']}"
                await candidate.data("POST", f"{base}/answer", json={"answer": ANSWER})
    await candidate.data("POST", f"/api/v1/interviews/sessions/{ids[0]}/complete")
    return ids[0], ids[1]


LONG_TITLE = "Medical software support specialist for hospitals"


async def login(context: BrowserContext) -> None:
    answer = await context.request.post(
        "/api/v1/web/login", data={"email": "ada@example.com", "password": "correct horse battery"}
    )
    assert answer.ok, await answer.text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_screen_is_accessible_and_fits_a_phone(browser: Browser, server: LiveServer, scheme: str) -> None:
    if not AXE.is_file():
        pytest.skip("the npm packages are not installed: make page")
    axe = AXE.read_text()
    candidate = await server.candidate()
    done, waiting = await practised(candidate)
    await candidate.data("POST", "/api/v1/interviews/sessions", json={"title": LONG_TITLE, "question_count": 3})
    base = f"http://127.0.0.1:{server.port}"
    look = {"base_url": base, "color_scheme": scheme, "reduced_motion": "reduce"}
    problems: list[str] = []
    async with await browser.new_context(**look, viewport={"width": 390, "height": 844}) as context:  # type: ignore[arg-type]
        page = await context.new_page()
        complaints = Complaints(page)
        for path, heading in (
            ("/", "Practise an interview out loud"), ("/signin", "Sign in"), ("/signup", "Create your account"),
            ("/forgot", "Reset your password"), ("/join", "Join an interview"), ("/home", "Hello, A"),
            ("/new", "New practice"), ("/sessions", "Sessions"),
            (f"/sessions/{done}", "Practice"), (f"/sessions/{waiting}", "Practice"), ("/progress", "Progress"),
            ("/settings", "Settings"), (f"/room/{waiting}", "Before you begin"),
            ("/nothing/here", "Nothing to see here"),
        ):  # fmt: skip
            if path == "/home":
                await login(context)
            await page.goto(path)
            await expect(page.get_by_role("heading", name=heading, exact=True).first).to_be_visible(timeout=60_000)
            await page.wait_for_load_state("networkidle")
            await page.evaluate(axe)
            for violation in (await page.evaluate("axe.run()"))["violations"]:
                problems += [f"{path} {violation['id']}: {node['html'][:160]}" for node in violation["nodes"]]
            width = await page.evaluate("document.documentElement.scrollWidth")
            problems += [f"{path} is {width} px wide"] if width > 390 else []
        assert problems == []
        assert complaints.found == []


async def test_the_room_is_accessible_while_somebody_speaks_types_and_pauses(
    browser: Browser, server: LiveServer
) -> None:
    if not AXE.is_file():
        pytest.skip("the npm packages are not installed: make page")
    _, waiting = await practised(await server.candidate())
    async with tab(browser, server) as page:
        await login(page.context)
        await page.goto(f"/room/{waiting}")
        await page.get_by_role("button", name="Check my microphone").click()
        await page.get_by_role("button", name="Begin").click()
        await begin_answer(page)
        problems: list[str] = []
        for press, shown in (("", "Done with this answer"), ("t", "Send answer"), ("p", "Continue"), ("?", "Close")):
            if press == "p":
                await page.get_by_role("button", name="Speak instead").first.click()
            if press:
                await page.locator("body").press(press)
            await expect(page.get_by_role("button", name=shown).first).to_be_visible()
            await page.evaluate(AXE.read_text())
            for violation in (await page.evaluate("axe.run()"))["violations"]:
                problems += [f"{shown} {violation['id']}: {node['html'][:160]}" for node in violation["nodes"]]
        assert problems == []


async def test_the_screens_of_candidates_with_codes_are_accessible(browser: Browser, server: LiveServer) -> None:
    """By code, on video, and between rounds; in both themes, on the narrowest of phones."""
    if not AXE.is_file():
        pytest.skip("the npm packages are not installed: make page")
    candidate = await server.candidate()
    session = await candidate.session(target_role="Backend developer")
    rounds = [{"name": name, "num_questions": 1, "duration_minutes": 10} for name in ("Screening", "Technical")]
    await candidate.data("POST", f"/api/v1/interviews/sessions/{session}/rounds", json={"rounds": rounds})
    code = await candidate_code(server)
    problems: list[str] = []
    async with tab(browser, server) as page:
        await page.set_viewport_size({"width": 320, "height": 700})

        async def look(name: str) -> None:
            for scheme in ("light", "dark"):
                await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                await page.evaluate(COLOURS_CHANGED)
                await page.evaluate(AXE.read_text())
                for violation in (await page.evaluate("axe.run()"))["violations"]:
                    problems.extend(f"{name} {violation['id']}: {node['html'][:160]}" for node in violation["nodes"])
            width = await page.evaluate("document.documentElement.scrollWidth")
            problems.extend([f"{name} is {width} px wide"] if width > 320 else [])

        await page.goto(f"/join#{code}")
        await page.get_by_label("Your name").fill("Grace")
        await page.get_by_role("button", name="Continue").click()
        await expect(page.get_by_role("button", name="Agree and continue")).to_be_visible()
        await look("consent")
        await page.get_by_role("button", name="Agree and continue").click()
        await page.get_by_role("button", name="Check my microphone").click()
        await page.get_by_role("button", name="Turn camera on").click()
        await expect(page.get_by_label("You, as the camera sees you")).to_be_visible()
        await look("devices")
        await page.get_by_role("button", name="Begin").click()
        await begin_answer(page)
        await look("room")
        await finish(page)
        await expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
        await look("thanks")
        await login(page.context)
        await page.goto(f"/room/{session}")
        await expect(page.get_by_role("button", name="Begin the first round")).to_be_visible()
        await look("rounds")
        await page.goto("/new")
        await page.get_by_label("Role").fill("Backend developer")
        await page.get_by_text("Several rounds").click()
        await page.get_by_role("button", name="Suggest rounds").click()
        await expect(page.get_by_role("button", name="Suggest again")).to_be_visible()
        await look("plan")
    assert problems == []


async def candidate_code(server: LiveServer) -> str:
    """A code for one question."""
    recruiter = await with_role(server.app, server.http, "rita@example.com", "recruiter")
    body = {"name": "Backend screening", "questions": [{"text": "How do you find a memory leak?"}]}
    chosen = await recruiter.data("POST", "/api/v1/admin/question-sets", json=body)
    code = await recruiter.data("POST", "/api/v1/admin/codes", json={"question_set_id": chosen["id"]})
    return str(code["code"])


async def test_scripts_are_light(browser: Browser, server: LiveServer) -> None:
    """What the landing page loads, and what the room adds."""
    folder = installation.page()
    assert folder is not None
    _, waiting = await practised(await server.candidate())
    async with await browser.new_context(base_url=f"http://127.0.0.1:{server.port}") as context:
        page = await context.new_page()
        loaded: set[str] = set()
        page.on("request", lambda request: loaded.add(request.url.rsplit("/", 1)[-1]))
        await page.goto("/")
        await page.wait_for_load_state("networkidle")
        first = _weight(folder, loaded)
        await login(context)
        await page.goto(f"/room/{waiting}")
        await page.get_by_role("button", name="Check my microphone").click()
        await page.get_by_role("button", name="Begin").wait_for()
    assert 50_000 < first <= FIRST_LOAD
    assert 0 < _weight(folder, loaded) - first <= ROOM


def _weight(folder: Path, names: set[str]) -> int:
    scripts = [folder / "assets" / name for name in names if name.endswith(".js")]
    return sum(len(gzip.compress(script.read_bytes())) for script in scripts)


async def test_the_logic_of_the_page() -> None:
    """Its own tests, which run in node."""
    npm = shutil.which("npm")
    if npm is None or not (FRONTEND / "node_modules").is_dir():
        pytest.skip("node is not here, or its packages are not installed: make page")
    done = await asyncio.to_thread(
        subprocess.run, [npm, "run", "--silent", "test"], cwd=ROOT / "frontend", capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
