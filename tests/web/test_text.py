"""Pasted text is cleaned, not refused, wherever it comes in, and nothing reaches a database that it cannot keep."""

import json
from typing import Any, Literal, get_args, get_origin

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter, ValidationError
from sqlalchemy import select

from app.dialects.kiosk.events import AiRequest
from app.models import Message, Question
from app.schemas.live import TextMessage, client_message
from app.services.answers.answer_service import AnswerService
from app.texts import clean, clean_line, storable
from app.web.text import AnswerText, parse_message
from tests.conftest import Candidate

SESSIONS = "/api/v1/interviews/sessions"
PASTED = "one\u000btwo\u000cthree\x00\x07\x1b[0m\x85four\u2028five\x9f \ud83d half"
HEADERS = {"content-type": "application/json"}


class TestClean:
    def test_breaks_become_line_breaks_and_what_is_invisible_goes(self) -> None:
        assert clean(PASTED) == "one\ntwo\nthree[0m\nfour\nfive  half"
        assert clean_line(PASTED) == "one two three[0m four five  half"

    @pytest.mark.parametrize("text", ["", "plain", "tab\tand\r\nline", "Zoë \U0001f600 日本語", "a\u200db\u00a0c"])
    def test_other_text_stays(self, text: str) -> None:
        assert clean(text) == storable(text) == text

    @pytest.mark.parametrize("text", ["", "\x00", "\u000b\u000c ", "\x1b\x07"])
    def test_nothing_but_control_characters_is_nothing(self, text: str) -> None:
        with pytest.raises(ValidationError, match="at least 1 character"):
            TypeAdapter(AnswerText).validate_python(text)

    def test_the_length_is_that_of_the_clean_text(self) -> None:
        assert len(TypeAdapter(AnswerText).validate_python("a\x00" * 20_000)) == 20_000


class TestRest:
    async def test_every_text_of_a_walk(self, http: httpx.AsyncClient, candidate: Candidate) -> None:
        async def send(method: str, path: str, body: dict[str, Any]) -> Any:
            response = await http.request(method, path, content=json.dumps(body), headers=candidate.headers | HEADERS)
            assert response.is_success, response.text
            return response.json()["data"]

        words = "We look for somebody who knows Python and SQL. "
        created = await send(
            "POST",
            SESSIONS,
            {"title": PASTED, "target_role": PASTED, "job_description": words + PASTED, "focus_areas": [PASTED]},
        )
        assert created["title"] == created["focus_areas"][0] == clean_line(PASTED)
        assert created["job_description"] == words + clean(PASTED)
        base = f"{SESSIONS}/{created['id']}"
        await send("PUT", base, {"target_company": PASTED})
        await send("PUT", "/api/v1/users/me", {"full_name": PASTED, "target_role": PASTED})
        await send("PUT", f"/api/v1/users/{candidate.account['id']}/skills", {"skills": ["Python\u000b"]})
        asked = await send("POST", f"{base}/questions/generate", {"num_questions": 1, "skills": ["SQL\x00"], "seed": 1})
        question = f"{base}/questions/{asked['questions'][0]['id']}"
        answer = await send("POST", f"{question}/answer", {"answer": PASTED})
        assert answer["transcript"] == clean(PASTED)
        await send("PUT", f"{question}/transcript", {"transcript": f"I wrote it\u000bin Python.{PASTED}"})
        await send("POST", f"{question}/evaluate", {"expected_keywords": ["Python\u000c"]})
        found = await candidate.data("GET", SESSIONS, params={"search": "one\x00"})
        assert found["pagination"]["total"] == 1

    async def test_no_text_of_a_request_is_taken_as_it_comes(self, app: FastAPI) -> None:
        """Every field of every request is cleaned, or is a password."""
        raw = {
            f"{route.path}: {name}"
            for face in app.state.faces.all
            for router in face.routers
            for route in router.routes
            if isinstance(route, APIRoute) and route.body_field is not None
            for name in _raw_texts(route.body_field.field_info.annotation)
        }
        assert {field for field in raw if not field.endswith("password")} == set()


class TestSockets:
    def test_a_typed_answer(self) -> None:
        message = parse_message(client_message, json.dumps({"type": "text", "text": PASTED}))
        assert isinstance(message, TextMessage)
        assert message.text == clean(PASTED)

    def test_a_request_of_a_kiosk(self) -> None:
        request = AiRequest.model_validate({"session_id": "x", "question_id": 1, "transcript": PASTED})
        assert request.transcript == clean(PASTED)

    @pytest.mark.parametrize("text", ["{", "[" * 100_000, '{"type": "text", "text": "\\ud8', "\x00", ""])
    def test_what_is_no_message_is_a_validation_error(self, text: str) -> None:
        with pytest.raises(ValidationError):
            parse_message(client_message, text)


class TestDatabase:
    async def test_text_from_anywhere_can_be_kept_and_read(self, app: FastAPI, candidate: Candidate) -> None:
        """As a language model or a file might make it."""
        _, path = await candidate.asked()
        bad, good = "half \ud83d and\x00 none", "half  and none"
        database = app.state.runtime.database
        async with database.writing() as session:
            question = (await session.execute(_newest(Question))).scalar_one()
            question.text, question.hints, question.keywords = bad, [bad, "\U0001f600"], [bad]
            session.add(Message(session_id=question.session_id, role="assistant", kind="hint", content=bad))
            await AnswerService(session, app.state.runtime.storage).open_live(question)
        async with database.reading() as session:
            question = (await session.execute(_newest(Question))).scalar_one()
            assert (question.text, question.hints, question.keywords) == (good, [good, "\U0001f600"], [good])
            assert (await session.execute(_newest(Message))).scalar_one().content == good
        assert (await candidate.data("GET", path))["question_text"] == good


def _raw_texts(annotation: Any, name: str = "body") -> list[str]:
    """Names of the fields that are `str` without anything that cleans them."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [
            raw
            for field_name, field in annotation.model_fields.items()
            if not any(type(extra).__name__ == "BeforeValidator" for extra in field.metadata)
            for raw in _raw_texts(field.annotation, field_name)
        ]
    if annotation is str:
        return [name]
    if get_origin(annotation) in (None, Literal):
        return []
    arguments = get_args(annotation)
    if any(type(extra).__name__ == "BeforeValidator" for extra in arguments):
        return []
    return [raw for argument in arguments for raw in _raw_texts(argument, name)]


def _newest(model: Any) -> Any:
    return select(model).order_by(model.id.desc()).limit(1)
