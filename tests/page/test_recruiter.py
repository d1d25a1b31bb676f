"""What recruiters and administrators do in a real browser."""

import re
from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import quote

import pytest
from playwright.async_api import Browser, BrowserContext, Page, TimeoutError, expect

from tests.conftest import Candidate, settle
from tests.live.support import LiveServer
from tests.page.browser import Complaints
from tests.page.recruiting import ANSWERS, RITA, answered, conducted, joined, spoken, staff
from tests.page.steps import UNDO_MS, no_time_passes, tab
from tests.page.test_quality import AXE

LOCKS = "How do transactions wait for each other?"
STORY = "Tell me about a release that went wrong."


async def login(context: BrowserContext, email: str) -> None:
    answer = await context.request.post("/api/v1/web/login", data={"email": email, "password": "correct horse battery"})
    assert answer.ok, await answer.text()


async def recruiter_of(server: LiveServer, email: str = RITA, role: str = "recruiter") -> Candidate:
    return await staff(server.app, server.http, email, role, "Rita Levi")


async def open_as(page: Page, email: str, path: str) -> None:
    await login(page.context, email)
    await page.goto(path)


async def test_makes_a_set_and_a_code_and_reads_compares_and_notes_what_came_of_it(
    browser: Browser, server: LiveServer
) -> None:
    rita = await recruiter_of(server)
    async with tab(browser, server) as page:
        await open_as(page, RITA, "/home")
        await page.get_by_role("link", name="Recruiting").click()
        await expect(page.get_by_text("No interviews yet")).to_be_visible()
        await make_a_set(page)
        link = await make_a_code(page)
        (chosen,) = (await rita.data("GET", "/api/v1/admin/question-sets"))["question_sets"]
        assert [one["text"] for one in chosen["questions"]][1:] == [LOCKS, STORY]  # the one from the bank comes first
        body = {"question_set_id": chosen["id"], "candidate_name": "Alan Turing"}
        other = await rita.data("POST", "/api/v1/admin/codes", json=body)
        for code, name in ((link.rpartition("#")[2], "Grace Hopper"), (other["code"], "Alan Turing")):
            holder = await joined(server.http, code, name)
            await answered(holder, ("I do not know that one.", *ANSWERS[name][:2]))
        await settle(server.app)

        await page.get_by_role("link", name="Interviews", exact=True).click()
        await expect(page.get_by_role("row").filter(has_text="Grace Hopper")).to_contain_text("Finished")
        await read_the_report(page)
        await page.get_by_role("link", name="All interviews").click()
        await expect(page.get_by_role("row").filter(has_text="Grace Hopper")).to_contain_text("Shortlisted")
        for name in ("Grace Hopper", "Alan Turing"):
            await page.get_by_role("checkbox", name=f"Select {name}").check()
        await page.get_by_role("link", name="Compare 2").click()
        side_by_side = page.get_by_role("listitem").filter(has=page.get_by_role("heading", level=3))
        await expect(side_by_side.get_by_role("link")).to_have_text(
            ["Alan Turing", "Grace Hopper"] * 4
        )  # three questions, and all of them
        await expect(page.get_by_text("A person who has read the answers decides.")).to_be_visible()


async def test_a_recording_is_noted_when_it_is_played_and_not_before(browser: Browser, server: LiveServer) -> None:
    admin = await recruiter_of(server, "root@example.com", "admin")
    code = (await admin.data("POST", "/api/v1/admin/codes", json={}))["code"]
    holder = await joined(server.http, code, "Mary Jackson")
    await spoken(server.app, holder, "So I checked each step.", 60)
    session = await answered(holder, ())
    await settle(server.app)
    played = "/api/v1/admin/audit-events?action=recording_downloaded"
    async with tab(browser, server) as page:
        await open_as(page, "root@example.com", f"/manage/interviews/{session}")
        card = page.get_by_role("article").first
        await expect(card.get_by_role("slider", name="Position in the recording")).to_be_visible()
        await expect(card.get_by_text(re.compile(r"^0:00 / 0:(0[1-9]|[1-5]\d)$"))).to_be_visible()
        await page.wait_for_load_state("networkidle")
        assert (await admin.data("GET", played))["events"] == []
        for moved in ("5 seconds forward", "5 seconds back"):
            await card.get_by_role("button", name=moved).click()
        async with page.expect_response(re.compile("/api/v1/recordings/[^/]+/file$")):
            await card.get_by_role("button", name="Play", exact=True).click()
        await card.get_by_role("button", name="Pause playback").click()
        await card.get_by_role("button", name="Play", exact=True).click()
        assert len((await admin.data("GET", played))["events"]) == 1
        await page.goto("/manage/audit")
        await page.get_by_label("Show").select_option("Played or downloaded a recording")
        await expect(page.get_by_role("listitem").filter(has_text=": Mary Jackson")).to_have_count(1)
        (recording,) = (await admin.data("GET", f"/api/v1/admin/sessions/{session}"))["recordings"]
        await admin.data("DELETE", f"/api/v1/recordings/{recording['id']}")
        await page.goto(f"/manage/interviews/{session}")
        await expect(card.get_by_text("There is no recording of this answer.")).to_be_visible()


async def make_a_set(page: Page) -> None:
    """Two questions of one's own and one of the bank, which goes to the top by the keyboard."""
    await page.get_by_role("link", name="Question sets").click()
    await page.get_by_role("link", name="New set").first.click()
    await page.get_by_label("Name", exact=True).fill("Backend")
    for text in (LOCKS, STORY):
        await page.get_by_role("button", name="Write a question").click()
        await page.get_by_label("Question", exact=True).fill(text)
    await page.get_by_role("button", name="Add from bank").click()
    bank = page.get_by_role("dialog")
    everything = await bank.get_by_text(re.compile("[0-9]+ questions found")).text_content()
    await bank.get_by_label("Search").fill("deadlock")
    await expect(bank.get_by_text(str(everything), exact=True)).to_have_count(0)
    await bank.get_by_role("checkbox").first.check()
    await bank.get_by_role("button", name="Add 1 question").click()
    for number in (3, 2):
        up = page.get_by_role("button", name=f"Move question {number} up")
        await up.focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_text(f"Moved to position {number - 1} of 3.")).to_be_attached()

    await page.get_by_role("link", name="Codes").click()  # by mistake
    await page.get_by_role("dialog").get_by_role("button", name="Stay").click()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("heading", name="Backend", exact=True)).to_be_visible()
    await expect(page.get_by_text("Unsaved changes")).to_have_count(0)
    await page.get_by_role("button", name="Preview as candidate").click()
    await expect(page.get_by_role("dialog")).to_contain_text("Question 1 of 3")
    await page.keyboard.press("Escape")


async def make_a_code(page: Page) -> str:
    """The link to send to Grace Hopper."""
    await page.get_by_role("link", name="Codes").click()
    await page.get_by_role("button", name="New codes").first.click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_text("A list of names").click()
    await dialog.get_by_label("Names", exact=True).fill("Ada\nBen\nada\nAisha Rahman; aisha@x.de\nben@x.de")
    await expect(dialog).to_contain_text("Listed more than once")
    await expect(dialog).to_contain_text("Check the names: Aisha Rahman.")
    await dialog.get_by_role("button", name="Create 3 codes").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("line 5. Write the candidate’s name.")
    await expect(dialog.get_by_label("Names", exact=True)).to_be_focused()
    await dialog.get_by_text("Codes without names").click()
    await dialog.get_by_label("How many").fill("-3")
    await expect(dialog).to_contain_text("Enter a whole number from 1 to 500.")
    await expect(dialog.get_by_role("button", name="Create codes")).to_be_visible()
    await dialog.get_by_text("One person").click()
    await dialog.get_by_label("Candidate's name").fill("Grace Hopper")
    await dialog.get_by_label("Label", exact=False).fill("Backend, Berlin")
    await dialog.get_by_label("Question set").select_option("Backend")
    await dialog.get_by_role("button", name="Create code").press("Enter")
    await expect(dialog.get_by_role("heading", name="Code created")).to_be_focused()
    await expect(dialog.get_by_role("heading", name="Code created")).to_be_in_viewport()
    await expect(dialog.get_by_role("img", name="QR code")).to_be_visible()
    link = await dialog.get_by_label("Link to send").input_value()
    invitation = await dialog.get_by_label("Invitation").input_value()
    assert link in invitation
    assert "Hello Grace Hopper," in invitation
    assert "There are 3 questions." in invitation
    mail = await dialog.get_by_role("link", name="Write an email").get_attribute("href")
    assert quote(link, safe="") in str(mail)
    for kind, first in (("PNG", b"\x89PNG"), ("SVG", b"<svg")):
        async with page.expect_download() as picture:
            await dialog.get_by_role("button", name=kind).click()
        assert (await (await picture.value).path()).read_bytes().startswith(first)
    await dialog.get_by_role("button", name="Done").click()
    await expect(page.get_by_role("row").filter(has_text="Backend, Berlin")).to_contain_text("Unused")
    async with page.expect_download() as download:
        await page.get_by_role("button", name="CSV").click()
    assert link in (await (await download.value).path()).read_text("utf-8-sig")
    return link


async def read_the_report(page: Page) -> None:
    await page.get_by_role("link", name="Grace Hopper").click()
    await expect(page.get_by_role("heading", name="Grace Hopper")).to_be_visible()
    await expect(page.get_by_text("Suggestion from the content alone")).to_be_visible()
    question = page.get_by_role("button", name=LOCKS)
    if await question.get_attribute("aria-expanded") == "false":
        await question.click()
    await expect(page.get_by_role("article").filter(has=question)).to_contain_text("version number in the row")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="PDF").click()
    assert (await (await download.value).path()).read_bytes().startswith(b"%PDF")
    await page.get_by_text("Shortlisted").click()
    await expect(page.get_by_text("Decision saved.")).to_be_visible()
    whole = page.locator("form").filter(has=page.get_by_label("New note")).last
    await whole.get_by_text("4", exact=True).click()
    await whole.get_by_label("New note").fill("Asks good questions.")
    await whole.get_by_role("button", name="Add note").click()
    await expect(page.get_by_text("4 of 5 for the whole interview")).to_be_visible()
    await expect(page.get_by_text("Rita Levi · ")).to_be_visible()
    await page.get_by_role("button", name="Edit the note “Asks good questions.”").click()
    await page.get_by_label("Note", exact=True).fill("Asks very good questions.")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("listitem").filter(has_text="Asks very good questions.")).to_contain_text("edited")
    await page.get_by_role("button", name="Show timeline").click()
    await expect(page.get_by_text(re.compile("Answered, question 2"))).to_be_visible()


async def test_an_administrator_activates_a_set_on_purpose_and_finds_in_the_audit_who_did_what(
    browser: Browser, server: LiveServer
) -> None:
    admin = await recruiter_of(server, "root@example.com", "admin")
    rita = await staff(server.app, server.http, RITA, "candidate", "Ada Yonath")
    async with tab(browser, server) as page:
        await page.set_viewport_size({"width": 1280, "height": 800})
        await open_as(page, "root@example.com", "/manage/sets/new")
        await page.get_by_label("Name", exact=True).fill("Nursing")
        await page.get_by_role("button", name="Add from bank").click()
        dialog = page.get_by_role("dialog")
        await expect(dialog.get_by_label("Search")).to_be_focused()
        await dialog.get_by_role("checkbox").first.check()
        await dialog.get_by_role("button", name="Add 1 question").click()
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_text("Only codes that name this set use it.")).to_be_visible()
        await page.get_by_role("button", name="Activate").click()
        await dialog.get_by_role("button", name="Activate").click()
        await expect(page.get_by_text("This is the active set")).to_be_visible()

        await page.set_viewport_size({"width": 390, "height": 844})
        await page.goto("/manage/users")
        await page.get_by_role("button", name="Manage Ada Yonath").click()
        await dialog.get_by_label("Credits to add", exact=True).fill("999999999")
        await expect(dialog).to_contain_text("Enter a whole number from −10,000 to 10,000, other than 0.")
        await dialog.get_by_label("Credits to add", exact=True).fill("-50")
        await expect(dialog).to_contain_text("You can take away at most 3.")
        await admin.data("PUT", f"/api/v1/admin/users/{rita.account['id']}", json={"role": "recruiter"})
        await page.keyboard.press("Escape")
        row = page.get_by_role("row").filter(has_text="Ada Yonath")
        await expect(row.get_by_text(re.compile("^[0-9]+ credits?$"))).to_be_visible()
        tabs = page.get_by_role("navigation", name="Recruiting")
        more = tabs.locator("[data-more=right]")
        await expect(tabs.locator("[data-more=left]")).to_be_visible()
        await tabs.get_by_role("link", name="Interviews").click()
        await expect(tabs.locator("[data-more=left]")).to_have_count(0)
        while await more.is_visible():  # it goes away when the row has moved on to its end
            with suppress(TimeoutError):
                await more.click(timeout=1_000)
        await expect(tabs.get_by_role("link", name="Audit")).to_be_in_viewport(ratio=0.9)
        await page.set_viewport_size({"width": 1280, "height": 800})
        await expect(tabs.locator("[data-more]")).to_have_count(0)
        await page.goto("/manage/audit")
        for about, said in (
            ("Nursing", "Activated a question set: Nursing"),
            ("Ada Yonath", "Changed a role: Ada Yonath, from Candidate to Recruiter"),
        ):
            event = page.get_by_role("listitem").filter(has_text=f": {about}").first
            await expect(event).to_contain_text(said)
            await expect(event).to_contain_text("By Rita Levi")


async def test_takes_questions_from_a_file_and_revokes_a_code(browser: Browser, server: LiveServer) -> None:
    rita = await recruiter_of(server)
    await rita.data("POST", "/api/v1/admin/codes", json={"candidate_name": "Ben"})
    code = await rita.data("POST", "/api/v1/admin/codes", json={"candidate_name": "Ada"})
    table = "question,category,time_limit\nWhat is a lock?,technical,90\nWhat is tea?,cooking,90\n"
    async with tab(browser, server, expected=(409,)) as page:
        await open_as(page, RITA, "/manage/sets/new")
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_text("Give the set a name.")).to_be_visible()
        await expect(page.get_by_label("Name", exact=True)).to_be_focused()
        await expect(page.get_by_text("Add at least one question.")).to_be_visible()
        await page.get_by_role("button", name="Import file").click()
        dialog = page.get_by_role("dialog")
        bad = {"name": "bad.csv", "mimeType": "text/csv", "buffer": b"frage\nWas ist ein Lock?\n"}
        await dialog.get_by_label("File").set_input_files(bad)  # type: ignore[arg-type]
        await expect(dialog).to_contain_text("There is no column called question.")
        await expect(dialog.get_by_role("button", name=re.compile("^Add"))).to_have_count(0)
        await dialog.get_by_role("button", name="Remove").click()
        file = {"name": "locks.csv", "mimeType": "text/csv", "buffer": table.encode()}
        await dialog.get_by_label("File").set_input_files(file)  # type: ignore[arg-type]
        await expect(dialog).to_contain_text("Line 3")
        await dialog.get_by_role("button", name="Add 1 question").click()
        await page.get_by_label("Name", exact=True).fill("Locks")
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_role("heading", name="Locks", exact=True)).to_be_visible()
        name = page.get_by_label("Name", exact=True)
        await rita.data(
            "POST", "/api/v1/admin/question-sets", json={"name": "Tea", "questions": [{"text": "Why tea?"}]}
        )
        await name.fill("tea")
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_text("There is already a question set called “Tea”.")).to_be_visible()
        await expect(name).to_be_focused()
        await name.fill("Locks and tea")
        await expect(page.get_by_text("There is already")).to_have_count(0)
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_role("heading", name="Locks and tea", exact=True)).to_be_visible()
        await page.goto("/manage/sets")
        for copy in ("Copy of Tea", "Copy of Tea 2"):
            await page.get_by_role("button", name="Duplicate: Tea").click()
            await expect(page.get_by_role("heading", name=copy, exact=True)).to_be_visible()

        await page.goto("/manage/codes")
        row = page.get_by_role("row").filter(has_text="Ada")
        await expect(row).to_have_count(1)
        async with no_time_passes(page):
            await row.get_by_role("button", name="Revoke").press("Enter")
            await expect(
                page.get_by_role("row").filter(has_text="Ben").get_by_role("button", name="Revoke")
            ).to_be_focused()
            await page.get_by_role("button", name="Undo").click()
            await expect(row).to_have_count(1)
            await row.get_by_role("button", name="Revoke").click()
            await expect(row).to_have_count(0)
            async with page.expect_response(lambda answer: answer.request.method == "DELETE"):
                await page.clock.run_for(UNDO_MS)
        await expect(page.get_by_text(f"{code['code']} was revoked.")).to_have_count(0)
        await expect(row).to_have_count(0)
        assert [one["candidate_name"] for one in (await rita.data("GET", "/api/v1/admin/codes"))["codes"]] == ["Ben"]
        assert (await server.http.post("/api/v1/join", json={"code": code["code"], "candidate_name": "Ada"})).is_error


async def test_candidates_are_not_offered_what_is_not_theirs_and_do_not_load_it(
    browser: Browser, server: LiveServer
) -> None:
    await server.candidate()
    async with tab(browser, server, expected=(401,)) as page:
        loaded: list[str] = []
        page.on("request", lambda request: loaded.append(request.url))
        await open_as(page, "ada@example.com", "/home")
        await expect(page.get_by_role("link", name="Sessions", exact=True)).to_be_visible()
        await page.wait_for_load_state("networkidle")
        await expect(page.get_by_role("link", name="Recruiting")).to_have_count(0)
        assert not [url for url in loaded if "manage" in url or "/admin/" in url]
        await page.goto("/manage/codes")
        await expect(page.get_by_role("heading", name="You do not have access to this")).to_be_visible()
        assert not [url for url in loaded if "/api/v1/admin/" in url]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_screen_is_accessible_and_fits_a_phone(browser: Browser, server: LiveServer, scheme: str) -> None:
    if not AXE.is_file():
        pytest.skip("the npm packages are not installed: make page")
    admin = await recruiter_of(server, "root@example.com", "admin")
    ids = await conducted(server.app, admin)
    chosen = (await admin.data("GET", "/api/v1/admin/question-sets"))["question_sets"][0]["id"]
    prompt = (await admin.data("GET", "/api/v1/admin/prompts"))["prompts"][0]
    screens: Sequence[tuple[str, str, Sequence[str]]] = (
        ("interviews", "Interviews", ()), (f"interviews/{ids[0]}", "Grace Hopper", ("Show timeline", "Delete")),
        (f"interviews/{ids[2]}", "Mary Jackson", ()), ("codes", "Codes", ("New codes", "Invite with")),
        ("sets", "Question sets", ("Delete",)), ("sets/new", "New question set", ()),
        (f"sets/{chosen}", "Backend developer, first interview",
         ("Edit question 1", "Import file", "Add from bank", "Preview as candidate")),
        ("compare", "Compare", ()), (f"compare?ids={ids[0]},{ids[1]}", "Compare", ()),
        ("prompts", "Prompts", ()), (f"prompts/{prompt['id']}", prompt["name"], ("Show the hint",)),
        ("users", "Users", ("Manage Rita Levi",)), ("system", "System", ()), ("audit", "Audit", ()),
    )  # fmt: skip
    look = {"base_url": f"http://127.0.0.1:{server.port}", "color_scheme": scheme, "reduced_motion": "reduce"}
    problems: list[str] = []
    async with await browser.new_context(**look, viewport={"width": 390, "height": 844}) as context:  # type: ignore[arg-type]
        page = await context.new_page()
        complaints = Complaints(page)
        await login(context, "root@example.com")
        for path, heading, buttons in screens:
            await page.goto(f"/manage/{path}")
            await expect(page.get_by_role("heading", name=heading, exact=True).first).to_be_visible(timeout=60_000)
            await page.wait_for_load_state("networkidle")
            await page.evaluate(AXE.read_text())
            for button in ("", *buttons):
                if button:
                    await page.get_by_role("button", name=button).first.click()
                    await page.wait_for_load_state("networkidle")
                for violation in (await page.evaluate("axe.run()"))["violations"]:
                    problems += [
                        f"{path} {button} {violation['id']}: {node['html'][:160]}" for node in violation["nodes"]
                    ]
                width = await page.evaluate("document.documentElement.scrollWidth")
                problems += [f"{path} {button} is {width} px wide"] if width > 390 else []
                await page.keyboard.press("Escape")
        assert problems == [], "\n".join(problems)
        assert complaints.found == []
