"""Résumé, match, follow-ups and the hire report, through the HTTP surface, on both databases."""

import asyncio
import io
import zipfile
from collections.abc import Callable

import pytest

from tests.api.test_answers import GOOD_STORY
from tests.conftest import Candidate
from tests.support.hostile_documents import HOSTILE

JOB = """Senior Backend Engineer
We need 5+ years of experience with Python and PostgreSQL.
You know Docker and Kubernetes. Experience with Go is a plus.
"""
RESUME = [
    "Jane Roe",
    "jane.roe@example.com +1 555 0100",
    "Experience",
    "Backend Engineer, Acme Corp, Jan 2018 - Dec 2024",
    "Cut p95 latency by 40% with Python and PostgreSQL",
    "Ran 30 services on Docker",
    "Education",
    "BSc Computer Science, 2017",
]
DOCX = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def docx(lines: list[str]) -> bytes:
    """The least that is a DOCX."""
    body = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{DOCX}"><w:body>{body}</w:body></w:document>')
    return target.getvalue()


class TestResume:
    async def test_a_profile_without_contacts_and_its_match(self, candidate: Candidate) -> None:
        base = f"/api/v1/interviews/sessions/{await candidate.session()}"
        files = {"file": ("cv.docx", docx(RESUME), "application/octet-stream")}
        profile = await candidate.data("POST", f"{base}/resume", files=files)
        assert {"Python", "PostgreSQL", "Docker"} <= {skill["name"] for skill in profile["skills"]}
        assert "jane.roe" not in str(profile)
        assert any("40%" in achievement["text"] for achievement in profile["achievements"])
        match = await candidate.data("POST", f"{base}/match", json={"job_description": JOB})
        assert {item["skill"] for item in match["met"]} >= {"Python", "PostgreSQL", "Docker"}
        assert {item["skill"] for item in match["missing"]} >= {"Kubernetes"}
        assert 0 < match["score"] < 100
        assert await candidate.data("GET", f"{base}/match") == match
        assert (await candidate.data("GET", base))["has_resume"] is True

    async def test_plain_text_is_a_resume_too(self, candidate: Candidate) -> None:
        base = f"/api/v1/interviews/sessions/{await candidate.session()}"
        files = {"file": ("cv.txt", "\n".join(RESUME).encode(), "text/plain")}
        profile = await candidate.data("POST", f"{base}/resume", files=files)
        assert {"Python", "PostgreSQL", "Docker"} <= {skill["name"] for skill in profile["skills"]}

    async def test_what_is_no_resume_changes_nothing(self, candidate: Candidate) -> None:
        base = f"/api/v1/interviews/sessions/{await candidate.session()}"
        bad = {b"": 422, b"\x00\x01\x02\x03" * 100: 415, b"%PDF-1.4 broken": 422, b"PK\x03\x04 broken": 422}
        for content, status in bad.items():
            response = await candidate.call("POST", f"{base}/resume", files={"file": ("cv.pdf", content)})
            assert response.status_code == status, (content[:10], response.text)
            assert response.json()["error"]["type"].startswith("document_")
        assert (await candidate.call("GET", f"{base}/resume")).status_code == 404
        assert (await candidate.call("POST", f"{base}/match", json={})).status_code == 409

    @pytest.mark.parametrize("attack", HOSTILE.values(), ids=HOSTILE)
    async def test_what_takes_too_much_to_read_is_a_422_and_nobody_else_waits(
        self, candidate: Candidate, attack: Callable[[], bytes]
    ) -> None:
        base = f"/api/v1/interviews/sessions/{await candidate.session()}"
        uploading = asyncio.create_task(
            candidate.call("POST", f"{base}/resume", files={"file": ("cv.pdf", attack())}),
        )
        answered = 0
        while not uploading.done():
            assert (await candidate.http.get("/health")).status_code == 200
            answered += 1
            await asyncio.sleep(0.01)
        assert answered > 1
        response = await uploading
        assert response.status_code == 422
        assert response.json()["error"]["type"] == "document_too_heavy"
        files = {"file": ("cv.docx", docx(RESUME), "application/octet-stream")}
        assert (await candidate.data("POST", f"{base}/resume", files=files))["roles"]


class TestFollowUps:
    async def test_ask_for_what_was_missing_at_most_twice(self, candidate: Candidate) -> None:
        base, first = await candidate.asked(categories=["technical"], skills=["Python"])
        vague = "It is a thing in the language which many developers use because it helps them in some projects."
        question, texts = first, []
        for _ in range(4):
            await candidate.data("POST", f"{question}/answer", json={"answer": vague})
            found = await candidate.data("POST", f"{question}/evaluate", json={"follow_up": True})
            again = await candidate.data("POST", f"{question}/evaluate", json={"follow_up": True})
            assert found["follow_up"] == again["follow_up"], "asked again, the question that waits is meant"
            if not found["follow_up"]:
                break
            texts.append(found["follow_up"]["question_text"])
            assert found["follow_up"]["follow_up_of"] == first.rsplit("/", 1)[1]
            question = f"{base}/questions/{found['follow_up']['id']}"
        assert len(texts) == len(set(texts)) <= 2
        assert texts
        listed = (await candidate.data("GET", f"{base}/questions"))["questions"]
        assert len(listed) == 1 + len(texts)


class TestReport:
    async def test_open_questions_allow_no_suggestion_to_hire(self, candidate: Candidate) -> None:
        session = await candidate.session()
        base = f"/api/v1/interviews/sessions/{session}"
        for question in (await candidate.questions(session, 5, categories=["behavioral"]))[:3]:
            await candidate.data("POST", f"{base}/questions/{question['id']}/answer", json={"answer": GOOD_STORY})
        await candidate.data("POST", f"{base}/complete")
        report = await candidate.data("POST", f"{base}/report")
        assert report["decision"] in ("HOLD", "NO_HIRE")
        assert any("of 5 questions" in reason for reason in report["reasons"])

    async def test_counts_no_follow_up_that_was_left_or_skipped(self, candidate: Candidate) -> None:
        base, question = await candidate.asked(categories=["technical"], skills=["Python"])
        vague = "It is a thing in the language which many developers use because it helps them in some projects."
        await candidate.data("POST", f"{question}/answer", json={"answer": vague})
        first = (await candidate.data("POST", f"{question}/evaluate", json={"follow_up": True}))["follow_up"]
        await candidate.data("POST", f"{base}/questions/{first['id']}/skip")
        await candidate.data("POST", f"{base}/complete")
        scores = await candidate.data("POST", f"/api/v1/feedback/sessions/{base.rsplit('/', 1)[1]}/scores")
        assert "1 of 1 questions scored" in scores["performance_summary"]
        assert scores["skipped_questions"] == 0
        report = await candidate.data("POST", f"{base}/report")
        assert "over 1 of 1 questions." in report["reasons"][0]

    async def test_comes_after_the_interview_with_reasons(self, candidate: Candidate) -> None:
        base, question = await candidate.asked(categories=["behavioral"])
        assert (await candidate.call("POST", f"{base}/report")).status_code == 409
        await candidate.data("POST", f"{question}/answer", json={"answer": "I don't know."})
        await candidate.data("POST", f"{base}/complete")
        assert (await candidate.call("GET", f"{base}/report")).status_code == 404
        report = await candidate.data("POST", f"{base}/report")
        assert report["decision"] == "HOLD"  # one answer is too little to suggest anything
        assert any("At least 3 scored answers" in reason for reason in report["reasons"])
        assert "person" in report["notice"]
        assert await candidate.data("GET", f"{base}/report") == report
