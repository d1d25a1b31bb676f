"""The engine against a real server: what it sends, what it takes, how it waits and gives up."""

import asyncio
import time
from email.utils import formatdate

import pytest
from pydantic import BaseModel, Field, SecretStr

from app.config import LlmSettings, SettingsError
from app.engines.llm.base import (
    LlmBadOutput,
    LlmError,
    LlmRateLimited,
    LlmRefused,
    LlmTimeout,
    LlmUnavailable,
    Prompt,
    Usage,
)
from app.engines.llm.breaker import CircuitBreaker
from app.engines.llm.openai_engine import OpenAiEngine, open_llm
from tests.llm.conftest import MakeEngine
from tests.support.llm_server import LlmServer, Reply, declines, fails, refusing_address, says

PROMPT = Prompt(system="Be brief.", user="Say hello.", version="greeting@1")


class Inner(BaseModel):
    number: int = Field(ge=0, le=4)


class Greeting(BaseModel):
    text: str = Field(min_length=2, description="what to say")


class Nested(BaseModel):
    items: list[Inner]
    note: str | None = None


async def hello(settings: LlmSettings) -> None:
    """One call of an engine as the application opens it."""
    engine = await open_llm(settings)
    assert engine is not None
    assert (await engine.complete(PROMPT, Greeting)).value.text == "hello"
    await engine.close()


class TestRequest:
    async def test_sends_the_prompt_the_model_and_a_strict_schema(
        self, engine: OpenAiEngine, server: LlmServer
    ) -> None:
        server.next(says({"items": [{"number": 3}], "note": None}))
        completion = await engine.complete(PROMPT, Nested, max_tokens=77, temperature=0.5, seed=9)
        assert completion.value == Nested(items=[Inner(number=3)])
        sent = server.requests[0]
        assert sent.path == "/v1/chat/completions"
        assert sent.headers["authorization"] == "Bearer test-key"
        assert (sent.system, sent.user) == ("Be brief.", "Say hello.")
        assert {key: sent.body[key] for key in ("model", "max_tokens", "temperature", "seed")} == {
            "model": "test-model",
            "max_tokens": 77,
            "temperature": 0.5,
            "seed": 9,
        }
        assert sent.body["response_format"]["json_schema"]["strict"] is True
        assert sent.schema == {
            "type": "object",
            "properties": {
                "items": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {"number": {"type": "integer"}},
                        "required": ["number"],
                        "additionalProperties": False,
                    },
                },
                "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            },
            "required": ["items", "note"],
            "additionalProperties": False,
        }

    async def test_azure_asks_the_deployment_with_its_own_key_header(self, server: LlmServer) -> None:
        settings = LlmSettings(
            provider="azure",
            model="my-deployment",
            base_url=server.url.removesuffix("/v1"),
            api_key=SecretStr("test-key"),
            api_version="2024-10-21",
        )
        await hello(settings)
        sent = server.requests[0]
        assert sent.path == "/openai/deployments/my-deployment/chat/completions?api-version=2024-10-21"
        assert sent.headers["api-key"] == "test-key"

    async def test_a_server_without_keys_never_gets_the_key_of_another(
        self, server: LlmServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-of-somebody-else")
        await hello(LlmSettings(provider="compatible", model="m", base_url=server.url, api_key=None))
        assert "somebody-else" not in str(server.requests[0].headers)


class TestSettings:
    async def test_off_is_no_engine(self) -> None:
        assert await open_llm(LlmSettings(provider="off")) is None

    @pytest.mark.parametrize(
        ("values", "missing"),
        [
            ({"provider": "openai", "api_key": "k", "model": ""}, "LLM_MODEL"),
            ({"provider": "openai", "model": "m", "api_key": None}, "LLM_API_KEY"),
            ({"provider": "azure", "model": "m", "api_key": "k", "base_url": None}, "LLM_BASE_URL"),
            ({"provider": "compatible", "model": "m", "base_url": None}, "LLM_BASE_URL"),
        ],
    )
    async def test_says_which_setting_is_missing(self, values: dict[str, object], missing: str) -> None:
        with pytest.raises(SettingsError, match=missing):
            await open_llm(LlmSettings.model_validate(values))

    async def test_openai_is_asked_for_completion_tokens(self, server: LlmServer) -> None:
        await hello(LlmSettings(provider="openai", model="m", base_url=server.url, api_key=SecretStr("k")))
        assert "max_completion_tokens" in server.requests[0].body


class TestDialect:
    async def test_falls_back_to_json_object_once_and_remembers(self, engine: OpenAiEngine, server: LlmServer) -> None:
        server.unknown = {"json_schema"}
        for _ in range(2):
            assert (await engine.complete(PROMPT, Greeting)).value.text == "hello"
        assert [request.format for request in server.requests] == ["json_schema", "json_object", "json_object"]
        assert '"additionalProperties": false' in server.requests[1].system

    async def test_asks_in_words_where_no_format_is_known(self, engine: OpenAiEngine, server: LlmServer) -> None:
        server.unknown = {"json_schema", "json_object"}
        server.answer = lambda _: '<think>say {hello}?</think>Sure:\n```json\n{"text": "hello"}\n```'
        assert (await engine.complete(PROMPT, Greeting)).value.text == "hello"
        assert [request.format for request in server.requests] == ["json_schema", "json_object", "text"]

    async def test_a_reasoning_model_gets_neither_max_tokens_nor_temperature(
        self, engine: OpenAiEngine, server: LlmServer
    ) -> None:
        server.unknown = {"max_tokens", "temperature", "seed"}
        await engine.complete(PROMPT, Greeting, max_tokens=50, seed=1)
        assert server.requests[-1].body["max_completion_tokens"] == 50
        assert server.unknown.isdisjoint(server.requests[-1].body)
        asked = len(server.requests)
        await engine.complete(PROMPT, Greeting, seed=1)
        assert len(server.requests) == asked + 1

    async def test_another_refusal_is_not_taken_for_a_dialect(self, engine: OpenAiEngine, server: LlmServer) -> None:
        server.next(fails(400, "This model's maximum context length is 4096 tokens."))
        with pytest.raises(LlmRefused):
            await engine.complete(PROMPT, Greeting)
        assert len(server.requests) == 1
        await engine.complete(PROMPT, Greeting)
        assert server.requests[-1].format == "json_schema"


class TestBadOutput:
    async def test_what_the_caller_finds_wrong_is_told_to_the_model_once(
        self, engine: OpenAiEngine, server: LlmServer
    ) -> None:
        server.next(says({"text": "hello"}))
        server.answer = lambda _: {"text": "good morning"}
        wrong = {"hello": "say good morning."}
        found = await engine.complete(PROMPT, Greeting, check=lambda greeting: wrong.get(greeting.text, ""))
        assert found.value.text == "good morning"
        assert "say good morning." in server.requests[1].system
        server.answer = lambda _: {"text": "hello"}
        with pytest.raises(LlmBadOutput, match="say good morning"):
            await engine.complete(PROMPT, Greeting, check=lambda greeting: wrong.get(greeting.text, ""))
        assert len(server.requests) == 4

    @pytest.mark.parametrize(
        "words",
        [
            '{"text": "hel',
            "no json at all",
            {"wrong": "shape"},
            {"text": "x"},
            {"text": None},
            '{"text": NaN}',
            "[1, 2]",
            "",
        ],
    )
    async def test_is_asked_again_once_and_never_filled_in(
        self, engine: OpenAiEngine, server: LlmServer, words: dict[str, object] | str
    ) -> None:
        server.answer = lambda _: words
        with pytest.raises(LlmBadOutput):
            await engine.complete(PROMPT, Greeting)
        assert len(server.requests) == 2
        assert engine.available

    async def test_the_second_try_is_told_what_was_wrong(self, engine: OpenAiEngine, server: LlmServer) -> None:
        server.next(says({"wrong": "shape"}))
        assert (await engine.complete(PROMPT, Greeting)).value.text == "hello"
        assert "text: Field required" in server.requests[1].system
        assert server.requests[1].format == "json_schema"

    async def test_a_cut_off_answer_gets_twice_the_room(self, engine: OpenAiEngine, server: LlmServer) -> None:
        server.next(says('{"text": "hel', finish="length"))
        await engine.complete(PROMPT, Greeting, max_tokens=100)
        assert [request.body["max_tokens"] for request in server.requests] == [100, 200]

    @pytest.mark.parametrize(
        "reply",
        [
            Reply(body="{not json"),
            Reply(body={"choices": []}),
            Reply(body={"choices": [{"index": 0, "finish_reason": "stop"}]}),
            Reply(body="<html>busy</html>", headers={"content-type": "text/html"}),
        ],
        ids=["broken", "no choice", "no message", "a web page"],
    )
    async def test_an_answer_outside_the_protocol_is_no_answer(
        self, engine: OpenAiEngine, server: LlmServer, reply: Reply
    ) -> None:
        server.next(reply, reply, reply)
        with pytest.raises(LlmBadOutput):
            await engine.complete(PROMPT, Greeting)


class TestRefusal:
    @pytest.mark.parametrize(
        "reply",
        [
            declines(),
            says("{}", finish="content_filter"),
            fails(400, "The response was filtered", code="content_filter"),
        ],
        ids=["model", "filter on the answer", "filter on the request"],
    )
    async def test_is_final(self, engine: OpenAiEngine, server: LlmServer, reply: Reply) -> None:
        server.next(reply)
        with pytest.raises(LlmRefused):
            await engine.complete(PROMPT, Greeting)
        assert len(server.requests) == 1


class TestRetries:
    async def test_a_failing_server_is_asked_again(self, engine: OpenAiEngine, server: LlmServer) -> None:
        server.next(fails(500), fails(503))
        assert (await engine.complete(PROMPT, Greeting)).value.text == "hello"
        assert len(server.requests) == 3

    async def test_gives_up_after_the_configured_retries(self, make_engine: MakeEngine, server: LlmServer) -> None:
        server.answer = lambda _: fails(500)
        with pytest.raises(LlmUnavailable):
            await make_engine(retries=1).complete(PROMPT, Greeting)
        assert len(server.requests) == 2

    @pytest.mark.parametrize("status", [401, 403, 404])
    async def test_what_will_not_change_is_not_asked_again(
        self, engine: OpenAiEngine, server: LlmServer, status: int
    ) -> None:
        server.next(fails(status, "Incorrect API key provided: sk-secret"))
        with pytest.raises(LlmUnavailable) as caught:
            await engine.complete(PROMPT, Greeting)
        assert len(server.requests) == 1
        assert "secret" not in caught.value.message

    async def test_waits_as_long_as_the_server_asks(self, engine: OpenAiEngine, server: LlmServer) -> None:
        server.next(fails(429, retry_after="0.3"))
        begun = time.monotonic()
        await engine.complete(PROMPT, Greeting)
        assert time.monotonic() - begun >= 0.3

    async def test_understands_a_date(self, engine: OpenAiEngine, server: LlmServer) -> None:
        server.next(fails(429, retry_after=formatdate(time.time() + 90, usegmt=True)))
        with pytest.raises(LlmRateLimited) as caught:
            await engine.complete(PROMPT, Greeting)
        assert caught.value.retry_after == pytest.approx(90, abs=3)

    async def test_a_long_wait_fails_at_once_and_keeps_away(self, engine: OpenAiEngine, server: LlmServer) -> None:
        server.next(fails(429, retry_after="120"))
        with pytest.raises(LlmRateLimited):
            await engine.complete(PROMPT, Greeting)
        assert not engine.available
        with pytest.raises(LlmUnavailable):
            await engine.complete(PROMPT, Greeting)
        assert len(server.requests) == 1

    async def test_a_used_up_quota_is_not_asked_again(self, engine: OpenAiEngine, server: LlmServer) -> None:
        server.next(fails(429, "You exceeded your current quota", code="insufficient_quota"))
        with pytest.raises(LlmUnavailable):
            await engine.complete(PROMPT, Greeting)
        assert len(server.requests) == 1

    async def test_a_connection_that_breaks_is_tried_again(self, engine: OpenAiEngine, server: LlmServer) -> None:
        whole = says({"text": "hello"})
        server.next(Reply(hang_up=True), Reply(body=whole.body, cut_short=True))
        assert (await engine.complete(PROMPT, Greeting)).value.text == "hello"
        assert len(server.requests) == 3

    async def test_a_refused_connection_is_unavailable(self, make_engine: MakeEngine) -> None:
        with refusing_address() as address, pytest.raises(LlmUnavailable):
            await make_engine(base_url=address).complete(PROMPT, Greeting)


class TestTime:
    async def test_a_slow_answer_is_a_timeout(self, make_engine: MakeEngine, server: LlmServer) -> None:
        server.delay = 5.0
        with pytest.raises(LlmTimeout):
            await make_engine(timeout_seconds=0.2, retries=0).complete(PROMPT, Greeting)

    async def test_is_asked_again_after_a_timeout(self, make_engine: MakeEngine, server: LlmServer) -> None:
        server.next(Reply(delay=5.0))
        completion = await make_engine(timeout_seconds=1.0).complete(PROMPT, Greeting)
        assert completion.value.text == "hello"

    async def test_the_budget_bounds_the_call_with_its_retries(self, engine: OpenAiEngine, server: LlmServer) -> None:
        server.delay = 5.0
        begun = time.monotonic()
        with pytest.raises(LlmTimeout):
            await engine.complete(PROMPT, Greeting, budget=0.2)
        assert time.monotonic() - begun < 2.0

    async def test_the_budget_bounds_waiting_for_a_place(self, make_engine: MakeEngine, server: LlmServer) -> None:
        engine = make_engine(max_concurrent=1)
        server.delay = 0.6
        first = asyncio.create_task(engine.complete(PROMPT, Greeting))
        await asyncio.sleep(0.05)
        with pytest.raises(LlmTimeout):
            await engine.complete(PROMPT, Greeting, budget=0.1)
        assert (await first).value.text == "hello"

    async def test_no_more_calls_at_once_than_allowed(self, make_engine: MakeEngine, server: LlmServer) -> None:
        engine = make_engine(max_concurrent=2)
        server.delay = 0.05
        await asyncio.gather(*(engine.complete(PROMPT, Greeting) for _ in range(6)))
        assert server.most_at_once == 2

    async def test_a_cancelled_call_gives_its_place_back(self, make_engine: MakeEngine, server: LlmServer) -> None:
        engine = make_engine(max_concurrent=1)
        server.next(Reply(delay=5.0))
        task = asyncio.create_task(engine.complete(PROMPT, Greeting))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await engine.complete(PROMPT, Greeting, budget=2.0)).value.text == "hello"


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class TestBreaker:
    async def test_opens_probes_and_closes(self, make_engine: MakeEngine, server: LlmServer) -> None:
        clock = Clock()
        engine = make_engine(retries=0, breaker=CircuitBreaker(threshold=2, pause=30, clock=clock))
        server.next(fails(500), fails(500))
        for _ in range(2):
            with pytest.raises(LlmUnavailable):
                await engine.complete(PROMPT, Greeting)
        assert not engine.available
        with pytest.raises(LlmUnavailable, match="left alone"):
            await engine.complete(PROMPT, Greeting)
        assert len(server.requests) == 2, "an open breaker asks nothing"
        clock.now = 31
        server.next(fails(500))
        with pytest.raises(LlmUnavailable):
            await engine.complete(PROMPT, Greeting)
        clock.now = 31 + 31
        assert not engine.available, "a failed probe doubles the pause"
        clock.now = 31 + 61
        assert (await engine.complete(PROMPT, Greeting)).value.text == "hello"
        assert engine.available

    async def test_stops_the_retries_of_a_running_call(self, make_engine: MakeEngine, server: LlmServer) -> None:
        server.answer = lambda _: fails(500)
        with pytest.raises(LlmUnavailable):
            await make_engine(retries=5, breaker=CircuitBreaker(threshold=3)).complete(PROMPT, Greeting)
        assert len(server.requests) == 3

    async def test_an_answer_in_between_starts_the_count_anew(self, make_engine: MakeEngine, server: LlmServer) -> None:
        engine = make_engine(retries=0, breaker=CircuitBreaker(threshold=2))
        for reply in (fails(500), declines(), fails(500)):
            server.next(reply)
            with pytest.raises(LlmError):
                await engine.complete(PROMPT, Greeting)
        assert engine.available

    def test_lets_one_probe_through(self) -> None:
        clock = Clock()
        breaker = CircuitBreaker(threshold=1, pause=10, clock=clock)
        assert breaker.admit()
        breaker.failed()
        clock.now = 11
        assert [breaker.admit(), breaker.admit()] == [True, False]
        breaker.gave_up()
        assert breaker.admit()


class TestAccounting:
    async def test_counts_tokens_and_cost(self, engine: OpenAiEngine, server: LlmServer) -> None:
        server.next(says({"text": "hello"}, tokens=(1000, 500)))
        completion = await engine.complete(PROMPT, Greeting)
        assert completion.usage == Usage(prompt_tokens=1000, completion_tokens=500, cost=0.007, calls=1)
        assert completion.model == "test-model-2024"
        assert completion.seconds > 0

    async def test_counts_attempts_that_were_no_use(self, engine: OpenAiEngine, server: LlmServer) -> None:
        server.next(fails(500), says("nonsense", tokens=(100, 10)), says({"text": "hello"}, tokens=(150, 10)))
        usage = (await engine.complete(PROMPT, Greeting)).usage
        assert (usage.prompt_tokens, usage.completion_tokens, usage.calls) == (250, 20, 2)

    async def test_a_failed_call_says_what_it_cost(self, engine: OpenAiEngine, server: LlmServer) -> None:
        server.answer = lambda _: says("nonsense", tokens=(100, 10))
        with pytest.raises(LlmBadOutput) as caught:
            await engine.complete(PROMPT, Greeting)
        assert caught.value.usage.prompt_tokens == 200

    async def test_does_not_guess_what_was_not_reported(self, engine: OpenAiEngine, server: LlmServer) -> None:
        server.next(says({"text": "hello"}, tokens=None))
        assert (await engine.complete(PROMPT, Greeting)).usage == Usage(calls=1, unreported=1)
