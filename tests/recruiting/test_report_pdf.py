"""The report as PDF: what stands in it for whom, and that nothing in an answer can change or break it."""

from pathlib import Path

import pypdfium2
import pytest
from fastapi import FastAPI
from sqlalchemy import update

from app.engines.sandbox import SandboxLimits
from app.engines.typesetting import Typesetter, TypesettingFailed
from app.judge.numbers import whole
from app.models import Answer, InterviewSession, Question
from app.services.results.pdf import drawings
from app.services.results.pdf.drawings import Timed
from app.services.results.pdf.pdf_service import TEMPLATE
from tests.conftest import Candidate, settle
from tests.recruiting.conftest import REFERENCE
from tests.recruiting.test_screening import screening

SAID = "HTTP is a protocol where a client sends requests and a server gives responses."
MARKUP = '#panic("x") #eval("1+1") $x^2$ *bold* _em_ <label> @ref \\ // `raw` "quoted" = Heading\n- item\n/ term: t'
STRANGE = {
    "markup": f"{SAID} {MARKUP}",
    "scripts": f"{SAID} 超文本传输协议 مرحبا بالعالم שלום 👩‍👩‍👧 é́́́ \u202eodd\u202c \u2066in\u2069",
    "long": (SAID + " ") * 250,
    "one word": "x" * 20_000,
}


def words(pdf: bytes) -> str:
    """The text of a PDF, in one line."""
    document = pypdfium2.PdfDocument(pdf)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())


async def pdf(who: Candidate, base: str) -> bytes:
    response = await who.call("GET", f"{base}/report.pdf")
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/pdf"
    return response.content


async def completed(app: FastAPI, candidate: Candidate, kind: str, answer: str = SAID) -> str:
    """The address of an interview of this kind that is over and has its results."""
    base, question = await screening(app, candidate, kind)
    await candidate.data("POST", f"{question}/answer", json={"answer": answer})
    await candidate.data("POST", f"{base}/complete")
    await settle(app)
    return base


class TestReport:
    async def test_shows_the_candidate_scores_quotes_reference_and_doubt(
        self, app: FastAPI, candidate: Candidate
    ) -> None:
        base = await completed(app, candidate, "practice")
        evaluation = (await candidate.data("GET", f"{base}/evaluation"))["questions"][0]["evaluation"]
        content = await pdf(candidate, base)
        text = words(content)
        for expected in ("Practice report", "What is HTTP?", SAID, REFERENCE, "likely", "We did not check the facts"):
            assert expected in text
        assert "compare with the reference answer, where" in text
        assert "words quoted from an answer are your own" in text
        assert "nobody decides anything by it" in text
        assert "A person decides" not in text
        assert "Completeness" in text
        assert "Parts and points of a good answer that were recognised" in text
        assert "Points mentioned" not in text
        assert f"{whole(evaluation['overall_score'])} of 100" in text
        assert all(point["text"] in text for point in evaluation["points"])
        assert "No hire" not in text
        assert b"/MarkInfo" in content, "it is tagged for screen readers"
        assert b"pdfuaid" in content

    async def test_gives_nothing_of_a_screening_away(self, app: FastAPI, candidate: Candidate) -> None:
        text = words(await pdf(candidate, await completed(app, candidate, "screening")))
        assert SAID in text
        assert REFERENCE not in text
        assert "reference" not in text
        assert "Not recognised" not in text

    async def test_is_the_hire_report_for_those_who_conduct_the_interview_and_noted(
        self, app: FastAPI, candidate: Candidate, admin: Candidate
    ) -> None:
        base = await completed(app, candidate, "screening")
        interview = f"/api/v1/admin/sessions/{base.rsplit('/', 1)[1]}"
        await admin.data("PUT", f"{interview}/review", json={"review": "shortlisted"})
        await admin.data("POST", f"{interview}/notes", json={"text": "Read twice.", "rating": 4})
        text = words(await pdf(admin, base))
        assert "For information only. A person decides." in text
        assert "Decision by people: Shortlisted, rated 4 of 5" in text
        assert "printed" in text
        for expected in ("Hiring report", "A Person", "Suggested by the content alone", "Reasons", SAID, REFERENCE):
            assert expected in text
        events = (await admin.data("GET", f"/api/v1/admin/audit-events?subject_id={base.rsplit('/', 1)[1]}"))["events"]
        assert [event["action"] for event in events] == ["report_downloaded", "note_written", "session_reviewed"]

    async def test_speaks_of_a_reference_only_where_there_is_one(
        self, app: FastAPI, candidate: Candidate, admin: Candidate
    ) -> None:
        base = await completed(app, candidate, "screening")
        assert "compare with the reference answers" in words(await pdf(admin, base))
        async with app.state.runtime.database.writing() as session:
            await session.execute(update(Question).values(model_answer=""))
        text = words(await pdf(admin, base))
        assert "talked about them: read what was said" in text
        assert "eference" not in text

    async def test_is_not_there_before_the_results(self, app: FastAPI, candidate: Candidate, admin: Candidate) -> None:
        base = f"/api/v1/interviews/sessions/{await candidate.session()}"
        for who in (candidate, admin):
            response = await who.call("GET", f"{base}/report.pdf")
            assert response.status_code == 404
            assert response.json()["error"]["type"] in ("no_feedback", "no_report")

    async def test_sets_whatever_was_said_as_it_was_said(self, app: FastAPI, candidate: Candidate) -> None:
        base = await completed(app, candidate, "practice")
        for name, answer in STRANGE.items():
            async with app.state.runtime.database.writing() as session:
                await session.execute(update(Answer).values(text=answer))
            text = words(await pdf(candidate, base))
            assert SAID in text or name == "one word"
            if name == "markup":
                assert '#panic("x") #eval("1+1") $x^2$ *bold* _em_ <label> @ref \\ // `raw`' in text

    async def test_is_saved_under_the_title(self, app: FastAPI, candidate: Candidate) -> None:
        base = await completed(app, candidate, "practice")
        async with app.state.runtime.database.writing() as session:
            await session.execute(update(InterviewSession).values(title='Ä/B: "C"\r\nX-Evil: 1'))
        response = await candidate.call("GET", f"{base}/report.pdf")
        assert "x-evil" not in response.headers
        name = response.headers["content-disposition"]
        assert name == "attachment; filename=\"A B C X-Evil 1.pdf\"; filename*=UTF-8''%C3%84%20B%20C%20X-Evil%201.pdf"


class TestTypesetter:
    async def test_ends_what_takes_too_long(self, tmp_path: Path) -> None:
        endless = tmp_path / "endless.typ"
        endless.write_text("#let f(n) = if n == 0 { 1 } else { f(n - 1) + f(n - 1) }\n#f(60)")
        setter = Typesetter(SandboxLimits(memory=768 * 1024 * 1024, seconds=1.0))
        try:
            with pytest.raises(TypesettingFailed):
                await setter.pdf(endless, {})
        finally:
            setter.close()

    async def test_sees_no_file_beside_its_fonts(self, tmp_path: Path) -> None:
        curious = tmp_path / "curious.typ"
        curious.write_text('#read("/etc/passwd")')
        setter = Typesetter()
        try:
            with pytest.raises(TypesettingFailed):
                await setter.pdf(curious, {})
        finally:
            setter.close()

    def test_the_template_asks_no_network(self) -> None:
        assert "#import" not in TEMPLATE.read_text()


class TestDrawings:
    def test_a_ring_is_as_full_as_its_score(self) -> None:
        assert 'stroke-dasharray="75.40 150.80"' in drawings.ring(50)
        assert "stroke-dasharray" not in drawings.ring(None)

    def test_pace_counts_words_without_fillers(self) -> None:
        steady = [Timed(second / 2, second / 2 + 0.3, is_filler=second % 10 == 0) for second in range(60)]
        assert (drawings.pace(steady) or "").count('stroke-linecap="round"') == 3
        assert drawings.pace(steady[:6]) is None
        assert drawings.pace([]) is None
