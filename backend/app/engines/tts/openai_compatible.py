"""Any server with OpenAI's `/audio/speech`: OpenAI itself, or Kokoro-FastAPI, speaches, LocalAI and others at home."""

import asyncio
from dataclasses import dataclass, field

import numpy as np

from app.engines.audio import AudioError, Pcm, decode
from app.engines.pool import WorkPool
from app.engines.remote import explain, open_client
from app.engines.tts.base import Speech, TtsBusy, TtsError, TtsFailed, TtsUnavailable, Voice, typed_pool_errors
from app.engines.tts.text import sentences

RATE = 24_000
"""Hz; what OpenAI's voices have."""
LONGEST_TEXT = 4_000
"""Characters in one request; OpenAI takes 4,096."""
RETRY_AFTER_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class OpenAiTtsOptions:
    """`timeout_seconds` holds for each of the `retries` + 1 attempts; voices are names that the server knows."""

    base_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    model: str = "tts-1"
    male: str = "onyx"
    female: str = "nova"
    timeout_seconds: float = 30.0
    retries: int = 2
    concurrent: int = 4
    queue: int = 64


class OpenAiTtsEngine:
    """See `TtsEngine`. Whatever rate the server sends is brought to 24,000 Hz."""

    name = "openai"

    def __init__(self, options: OpenAiTtsOptions) -> None:
        """Raises TtsUnavailable when neither a server nor a key is set. The server is not asked yet."""
        if not options.base_url and not options.api_key:
            raise TtsUnavailable("No voice server is set: TTS_BASE_URL, or TTS_API_KEY for OpenAI itself")
        self._options = options
        self._client = open_client(options.base_url, options.api_key, options.timeout_seconds, options.retries)
        self.version = f"{options.model} at {self._client.base_url.host}, {options.male}, {options.female}"
        self._pool = WorkPool("openai-tts", workers=1, queue=options.queue + options.concurrent)
        self._places = asyncio.Semaphore(options.concurrent)
        self._pending = 0

    async def warm_up(self) -> None:
        """Nothing to load."""

    async def synthesise(self, text: str, voice: Voice = "female") -> Speech:
        """See `TtsEngine.synthesise`."""
        if self._pending >= self._options.concurrent + self._options.queue:
            raise TtsBusy("Too much is being spoken: try again", retry_after=RETRY_AFTER_SECONDS)
        self._pending += 1
        try:
            pieces = [await self._say(part, voice) for part in _parts(text)]
        finally:
            self._pending -= 1
        return Speech(np.concatenate(pieces) if pieces else np.zeros(0, np.int16), RATE, self.name)

    async def close(self) -> None:
        """Closes the connections."""
        await self._pool.close()
        await self._client.close()

    async def _say(self, text: str, voice: Voice) -> Pcm:
        import openai

        name = self._options.male if voice == "male" else self._options.female
        async with self._places:
            try:
                answer = await self._client.audio.speech.create(
                    model=self._options.model, voice=name, input=text, response_format="wav"
                )
            except openai.OpenAIError as error:
                raise self._typed(error) from error
        content = answer.content
        try:
            async with typed_pool_errors():
                return await self._pool.run(lambda _: decode(content, RATE))
        except AudioError as error:
            raise TtsFailed(f"The voice server sent no usable sound: {error.message}") from error

    def _typed(self, error: Exception) -> TtsError:
        failure = explain(error, "voice server", self._client, self._options.model, "TTS")
        match failure.kind:
            case "unavailable":
                return TtsUnavailable(failure.message)
            case "busy":
                return TtsBusy(failure.message, retry_after=failure.retry_after)
        return TtsFailed(failure.message, retryable=failure.retryable)


def _parts(text: str) -> list[str]:
    """Sentences, joined as far as one request takes them."""
    parts: list[str] = []
    for sentence in sentences(text):
        if parts and len(parts[-1]) + len(sentence) < LONGEST_TEXT:
            parts[-1] += f" {sentence}"
        else:
            parts.append(sentence)
    return parts
