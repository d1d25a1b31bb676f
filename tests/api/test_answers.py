"""Recordings, transcripts, evaluations, scores and feedback, through the HTTP surface, on both databases."""

import asyncio
import hashlib
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from tests.conftest import Candidate, settle

GOOD_STORY = (
    "Last spring at my old company our checkout failed for about two percent of the orders, and I was the only "
    "backend engineer on call. I pulled the logs for one week, grouped the failures by payment provider and saw that "
    "all of them came from one provider's timeout. I wrote a small retry queue, tested it against a recorded day of "
    "traffic and rolled it out behind a flag on a Tuesday morning. Within three days the failures fell from two "
    "percent to a tenth of a percent, which saved us roughly forty thousand euros a month. I learned to look at the "
    "data before I change any code, and since then I always group the errors first."
)
EMPTY_TALK = (
    "I think communication is very important and I always try to give my best in every situation. Teamwork is the key "
    "to success and challenges are opportunities to grow. I am a very motivated person who always stays calm and finds "
    "good solutions, and everyone has always been happy with the great results that we achieved together as a team."
)


def wav(path: Path, name: str = "answer.wav") -> dict[str, Any]:
    return {"files": {"file": (name, path.read_bytes(), "audio/wav")}, "data": {"duration": "95"}}


async def stored(app: FastAPI) -> list[Path]:
    """Every file of answers; what the interviewer says is spoken ahead and kept beside them."""
    await settle(app)
    folder: Path = app.state.runtime.settings.upload_dir
    return [path for path in folder.rglob("*") if path.is_file() and path.parent != folder / "tts"]


class TestUpload:
    async def test_answers_with_the_documented_shape(self, candidate: Candidate, speech: Path) -> None:
        _, question = await candidate.asked()
        response = await candidate.call("POST", f"{question}/audio", **wav(speech, "../../etc/passwd.mp3"))
        assert response.status_code == 201
        data = response.json()["data"]
        assert (data["format"], data["size_bytes"]) == ("wav", speech.stat().st_size)
        assert data["sha256"] == hashlib.sha256(speech.read_bytes()).hexdigest()
        assert 1 < data["duration"] < 5
        assert ".." not in data["file_path"]

    async def test_the_same_bytes_come_back_also_in_part(self, candidate: Candidate, speech: Path) -> None:
        _, question = await candidate.asked()
        await candidate.data("POST", f"{question}/audio", **wav(speech))
        whole = await candidate.call("GET", f"{question}/audio")
        assert whole.content == speech.read_bytes()
        headers = candidate.headers | {"Range": "bytes=100-199"}
        part = await candidate.http.get(f"{question}/audio", headers=headers)
        assert (part.status_code, part.content) == (206, speech.read_bytes()[100:200])

    async def test_a_new_upload_replaces_everything(self, candidate: Candidate, app: FastAPI, speech: Path) -> None:
        base, question = await candidate.asked()
        first = await candidate.data("POST", f"{question}/audio", **wav(speech))
        await candidate.data("POST", f"{question}/transcribe")
        await candidate.data("POST", f"{question}/evaluate")
        await candidate.data("POST", f"/api/v1/feedback/sessions/{base.rsplit('/', 1)[1]}/scores")
        second = await candidate.data("POST", f"{question}/audio", **wav(speech))
        assert second["audio_id"] != first["audio_id"]
        assert len(await stored(app)) == 1
        assert (await candidate.call("GET", f"{question}/transcript")).status_code == 404
        assert (await candidate.data("GET", f"{base}/evaluation"))["evaluated"] == 0
        scores = await candidate.call("GET", f"/api/v1/feedback/sessions/{base.rsplit('/', 1)[1]}/scores")
        assert scores.status_code == 404

    @pytest.mark.parametrize("duration", ["undefined", "null", "", "00:03", "NaN", "-1", "1e999", "3,5", "x" * 5000])
    async def test_a_duration_of_any_form_is_no_reason_to_refuse(
        self, candidate: Candidate, speech: Path, duration: str
    ) -> None:
        _, question = await candidate.asked()
        response = await candidate.call("POST", f"{question}/audio", **wav(speech) | {"data": {"duration": duration}})
        assert response.status_code == 201
        assert 1 < response.json()["data"]["duration"] < 5

    async def test_joined_recordings_are_heard_whole(self, candidate: Candidate, speech: Path) -> None:
        _, question = await candidate.asked()
        files = {"file": ("answer.bin", speech.read_bytes() * 2, "application/octet-stream")}
        await candidate.data("POST", f"{question}/audio", files=files)
        heard = await candidate.data("POST", f"{question}/transcribe", json={"language": "en_US"})
        assert [heard["transcript"].split().count(word) for word in ("profiler", "leak")] == [2, 2]

    @pytest.mark.parametrize(
        ("content", "status"),
        [(b"", 422), (b"this is no audio at all, only text " * 50, 415), (b"RIFF\x00\x00\x00\x00WAVEfmt ", 422)],
    )
    async def test_what_is_no_audio_leaves_nothing(
        self, candidate: Candidate, app: FastAPI, content: bytes, status: int
    ) -> None:
        base, question = await candidate.asked()
        files = {"file": ("answer.mp3", content, "audio/mpeg")}
        response = await candidate.call("POST", f"{question}/audio", files=files)
        assert response.status_code in (status, 415, 422), response.text
        assert response.json()["success"] is False
        assert await stored(app) == []
        assert (await candidate.data("GET", base))["status"] == "questions_generated"

    async def test_too_large_is_413_and_leaves_nothing(self, candidate: Candidate, app: FastAPI) -> None:
        _, question = await candidate.asked()
        app.state.runtime.settings.limits.audio_mb, before = 1, app.state.runtime.settings.limits.audio_mb
        try:
            files = {"file": ("long.wav", b"RIFF" + bytes(1024 * 1024 + 1), "audio/wav")}
            response = await candidate.call("POST", f"{question}/audio", files=files)
        finally:
            app.state.runtime.settings.limits.audio_mb = before
        assert response.status_code == 413
        assert await stored(app) == []

    async def test_a_form_without_a_file_is_422(self, candidate: Candidate) -> None:
        _, question = await candidate.asked()
        assert (await candidate.call("POST", f"{question}/audio", data={"duration": "1"})).status_code == 422
        assert (await candidate.call("POST", f"{question}/audio", json={})).status_code == 422


class TestTranscript:
    async def test_speech_becomes_words_with_times(self, candidate: Candidate, speech: Path) -> None:
        _, question = await candidate.asked()
        await candidate.data("POST", f"{question}/audio", **wav(speech))
        found = await candidate.data("POST", f"{question}/transcribe", json={"language": "en"})
        assert "profiler" in found["transcript"]
        assert found["engine"] == "whisper"
        assert found["word_count"] == len(found["words"]) > 3
        starts = [word["start"] for word in found["words"]]
        assert starts == sorted(starts)
        assert found["words"][-1]["end"] <= found["duration"] + 0.5
        assert 0 < found["confidence"] <= 1
        assert await candidate.data("GET", f"{question}/transcript") == found

    async def test_a_correction_keeps_what_was_heard(self, candidate: Candidate, speech: Path) -> None:
        _, question = await candidate.asked()
        await candidate.data("POST", f"{question}/audio", **wav(speech))
        heard = await candidate.data("POST", f"{question}/transcribe")
        fixed = await candidate.data("PUT", f"{question}/transcript", json={"transcript": "I have nine years."})
        assert (fixed["corrected"], fixed["original_transcript"]) == (True, heard["transcript"])
        assert fixed["transcript"] == "I have nine years."

    async def test_there_is_nothing_to_transcribe_without_a_recording(self, candidate: Candidate) -> None:
        _, question = await candidate.asked()
        for method, path in (("POST", "transcribe"), ("GET", "transcript"), ("GET", "audio")):
            assert (await candidate.call(method, f"{question}/{path}")).status_code == 404

    async def test_a_language_that_is_none_is_422(self, candidate: Candidate, speech: Path) -> None:
        _, question = await candidate.asked()
        await candidate.data("POST", f"{question}/audio", **wav(speech))
        for language in ("klingon!", "xx"):
            response = await candidate.call("POST", f"{question}/transcribe", json={"language": language})
            assert response.status_code == 422, response.text
            (detail,) = response.json()["error"]["details"]
            assert detail["field"] == "language"
            assert "'en' or 'de-DE'" in detail["message"]

    @pytest.mark.parametrize("language", ["", "auto", "en_US", "english", "EN", "en-GB"])
    async def test_a_language_in_any_form(self, candidate: Candidate, speech: Path, language: str) -> None:
        _, question = await candidate.asked()
        await candidate.data("POST", f"{question}/audio", **wav(speech))
        found = await candidate.data("POST", f"{question}/transcribe", json={"language": language})
        assert "profiler" in found["transcript"]

    async def test_the_server_answers_while_it_transcribes(self, candidate: Candidate, speech: Path) -> None:
        _, question = await candidate.asked()
        await candidate.data("POST", f"{question}/audio", **wav(speech))
        running = asyncio.create_task(candidate.data("POST", f"{question}/transcribe"))
        answers = 0
        while not running.done():
            assert (await candidate.http.get("/health")).status_code == 200
            answers += 1
            await asyncio.sleep(0.01)
        assert answers > 3
        await running


class TestRange:
    async def test_a_part_behind_the_end_is_416_and_nonsense_is_ignored(
        self, candidate: Candidate, speech: Path
    ) -> None:
        _, question = await candidate.asked()
        await candidate.data("POST", f"{question}/audio", **wav(speech))
        behind = candidate.headers | {"Range": "bytes=999999999-"}
        response = await candidate.http.get(f"{question}/audio", headers=behind)
        assert response.status_code == 416
        assert response.json()["error"]["type"] == "range_not_satisfiable"
        for nonsense in ("bytes=a-b", "bytes=5-2", "lines=1-2"):
            headers = candidate.headers | {"Range": nonsense}
            response = await candidate.http.get(f"{question}/audio", headers=headers)
            assert (response.status_code, response.content) == (200, speech.read_bytes()), nonsense


class TestEvaluation:
    async def test_the_overall_is_the_weighted_sum(self, candidate: Candidate) -> None:
        _, question = await candidate.asked(categories=["behavioral"])
        await candidate.data("PUT", f"{question}/transcript", json={"transcript": GOOD_STORY})
        found = await candidate.data("POST", f"{question}/evaluate")
        total = (
            0.35 * found["relevance_score"]
            + 0.20 * found["grammar_score"]
            + 0.25 * found["fluency_score"]
            + 0.20 * found["keyword_score"]
        )
        assert found["overall_score"] == pytest.approx(total, abs=0.1)

    async def test_every_quote_stands_in_the_transcript(self, candidate: Candidate) -> None:
        _, question = await candidate.asked(categories=["behavioral"])
        await candidate.data("PUT", f"{question}/transcript", json={"transcript": GOOD_STORY})
        found = await candidate.data("POST", f"{question}/evaluate")
        quotes = [quote for measure in found["measures"].values() for quote in measure["evidence"]]
        quotes += [point["quote"] for point in found["points"] if point["quote"]]
        assert quotes
        for quote in quotes:
            assert GOOD_STORY[quote["begin"] : quote["end"]] == quote["text"]

    async def test_empty_talk_and_no_answer_are_low(self, candidate: Candidate) -> None:
        for text, most in ((EMPTY_TALK, 45), ("I don't know.", 20)):
            for category in ("behavioral", "technical"):
                _, question = await candidate.asked(categories=[category])
                await candidate.data("POST", f"{question}/answer", json={"answer": text})
                found = await candidate.data("POST", f"{question}/evaluate")
                assert found["overall_score"] < most, (category, text)

    async def test_it_needs_an_answer(self, candidate: Candidate, speech: Path) -> None:
        _, question = await candidate.asked()
        assert (await candidate.call("POST", f"{question}/evaluate")).status_code == 409
        await candidate.data("POST", f"{question}/audio", **wav(speech))
        response = await candidate.call("POST", f"{question}/evaluate", json={"expected_keywords": ["x"]})
        assert response.json()["error"]["type"] == "no_transcript"


class TestTotals:
    async def test_the_total_is_the_mean_of_the_questions(self, candidate: Candidate) -> None:
        session = await candidate.session()
        base = f"/api/v1/interviews/sessions/{session}"
        questions = await candidate.questions(session, 3, categories=["technical"])
        for question, text in zip(questions, (GOOD_STORY, "yes", "no"), strict=True):
            await candidate.data("POST", f"{base}/questions/{question['id']}/answer", json={"answer": text})
        scores = await candidate.data("POST", f"/api/v1/feedback/sessions/{session}/scores")
        overall = [item["overall_score"] for item in scores["question_scores"] if item["state"] == "scored"]
        assert scores["total_score"] == pytest.approx(sum(overall) / len(overall), abs=0.2)

    async def test_a_skipped_question_counts_as_nothing(self, candidate: Candidate) -> None:
        session = await candidate.session()
        base = f"/api/v1/interviews/sessions/{session}"
        first, second = await candidate.questions(session, 2, categories=["behavioral"])
        await candidate.data("POST", f"{base}/questions/{first['id']}/answer", json={"answer": GOOD_STORY})
        alone = await candidate.data("POST", f"/api/v1/feedback/sessions/{session}/scores")
        skipped = await candidate.data("POST", f"{base}/questions/{second['id']}/skip")
        assert skipped["skipped"] is True
        both = await candidate.data("POST", f"/api/v1/feedback/sessions/{session}/scores")
        assert both["total_score"] == pytest.approx(alone["total_score"] / 2, abs=0.2)
        assert (await candidate.call("POST", f"{base}/questions/{first['id']}/skip")).status_code == 409

    async def test_of_questions_that_were_replaced_are_withdrawn(self, candidate: Candidate) -> None:
        base, question = await candidate.asked()
        session = base.rsplit("/", 1)[1]
        await candidate.data("POST", f"{question}/skip")
        scores = f"/api/v1/feedback/sessions/{session}/scores"
        assert (await candidate.data("POST", scores))["total_score"] == 0
        await candidate.questions(session, 2, seed=2)
        assert (await candidate.call("GET", scores)).status_code == 404


class TestFeedback:
    async def test_a_whole_interview_ends_on_the_dashboard(self, candidate: Candidate) -> None:
        session = await candidate.session(target_role="Backend Engineer")
        base = f"/api/v1/interviews/sessions/{session}"
        questions = await candidate.questions(session, 2, categories=["behavioral"])
        for question, text in zip(questions, (GOOD_STORY, EMPTY_TALK), strict=True):
            await candidate.data("POST", f"{base}/questions/{question['id']}/answer", json={"answer": text})
        await candidate.data("POST", f"{base}/complete")
        late = await candidate.call(
            "PUT", f"{base}/questions/{questions[1]['id']}/transcript", json={"transcript": GOOD_STORY}
        )
        assert late.status_code == 409
        scores = await candidate.data("POST", f"/api/v1/feedback/sessions/{session}/scores")
        assert sum(item["weighted"] for item in scores["breakdown"].values()) == pytest.approx(
            scores["total_score"], abs=0.2
        )
        assert [item["state"] for item in scores["question_scores"]] == ["scored", "scored"]
        feedback = await candidate.data("POST", f"/api/v1/feedback/sessions/{session}/feedback")
        assert feedback["overall_rating"] in {"Excellent", "Good", "Fair", "Needs work"}
        assert feedback["resources"]
        assert all(remark["quote"] for remark in feedback["strengths"])
        assert await candidate.data("GET", f"/api/v1/feedback/sessions/{session}/feedback") == feedback
        dashboard = await candidate.data("GET", "/api/v1/feedback/dashboard")
        assert dashboard["total_interviews"] == dashboard["completed_interviews"] == 1
        assert dashboard["average_score"] == dashboard["best_score"] == scores["total_score"]
        assert (dashboard["current_streak"], dashboard["total_questions"]) == (1, 2)
        history = await candidate.data("GET", "/api/v1/feedback/history")
        assert history["history"][0]["total_score"] == scores["total_score"]

    async def test_nothing_answered_is_nothing_to_score(self, candidate: Candidate) -> None:
        base, _ = await candidate.asked()
        session = base.rsplit("/", 1)[1]
        for path in ("scores", "feedback"):
            assert (await candidate.call("POST", f"/api/v1/feedback/sessions/{session}/{path}")).status_code == 409
            assert (await candidate.call("GET", f"/api/v1/feedback/sessions/{session}/{path}")).status_code == 404

    async def test_an_empty_dashboard_has_no_numbers_it_does_not_know(self, candidate: Candidate) -> None:
        dashboard = await candidate.data("GET", "/api/v1/feedback/dashboard")
        assert dashboard["total_interviews"] == 0
        assert dashboard["average_score"] is None

    @pytest.mark.parametrize("chart", ["score-trend", "skills", "categories", "activity"])
    async def test_charts_come_as_data_and_as_drawing(self, candidate: Candidate, chart: str) -> None:
        found = await candidate.data("GET", f"/api/v1/feedback/charts/{chart}")
        assert found["type"] == chart
        drawn = await candidate.call("GET", f"/api/v1/feedback/charts/{chart}?format=svg")
        assert drawn.headers["content-type"].startswith("image/svg+xml")
        assert drawn.text.startswith("<svg")

    async def test_an_unknown_chart_is_422(self, candidate: Candidate) -> None:
        assert (await candidate.call("GET", "/api/v1/feedback/charts/pie")).status_code == 422
