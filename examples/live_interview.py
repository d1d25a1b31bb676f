"""A spoken interview at the terminal, by the protocol that /asyncapi.yaml describes. Needs httpx and websockets.

python examples/live_interview.py             you speak (pip install sounddevice)
python examples/live_interview.py answer.wav  every answer is this file: 16-bit PCM, mono
"""

import asyncio
import json
import os
import secrets
import sys
import wave
from collections.abc import AsyncIterator

import httpx
from websockets.asyncio.client import ClientConnection, connect

SERVER = os.environ.get("GREENROOM", "http://127.0.0.1:8000")
WAV = sys.argv[1] if len(sys.argv) > 1 else None


async def microphone() -> AsyncIterator[bytes]:
    import sounddevice

    blocks, loop = asyncio.Queue[bytes](), asyncio.get_running_loop()
    queue = lambda block, *_: loop.call_soon_threadsafe(blocks.put_nowait, bytes(block))  # noqa: E731
    with sounddevice.RawInputStream(16_000, 1_600, channels=1, dtype="int16", callback=queue):
        while True:
            yield await blocks.get()


async def file(path: str) -> AsyncIterator[bytes]:
    with wave.open(path) as sound:
        while block := sound.readframes(sound.getframerate() // 10):
            yield block
            await asyncio.sleep(0.1)  # as fast as somebody speaks


async def answer(socket: ClientConnection) -> None:
    """Each frame begins with the number of its first sample in this answer."""
    first = 0
    async for block in file(WAV) if WAV else microphone():
        await socket.send(first.to_bytes(8, "little") + block)
        first += len(block) // 2
    await socket.send('{"type": "speech_end"}')  # else the answer ends with some silence


async def interview(socket: ClientConnection, token: str, rate: int) -> None:
    answering = None
    await socket.send(json.dumps({"type": "start", "token": token, "sample_rate": rate}))
    async for message in socket:
        match json.loads(message):
            case {"type": "question", "number": number, "text": text, "follow_up_of": follows}:
                print(f"\nQuestion {number}{' (follow-up)' if follows else ''}: {text}")
                if WAV:
                    await socket.send('{"type": "barge_in"}')  # a file need not hear the question
            case {"type": "status", "state": "listening"} if answering is None:
                answering = asyncio.create_task(answer(socket))
            case {"type": "answer"} if answering:
                answering.cancel()
                answering = None
            case {"type": "partial", "stable": stable, "unstable": unstable}:
                print(f"\r... {stable} {unstable}", end="", flush=True)
            case {"type": "final", "text": text}:
                print(f"\rYou: {text}")
            case {"type": "evaluation", "status": status, "overall": overall}:
                print(f"Score: {status if overall is None else overall}")
            case {"type": "warning" | "error", "message": text}:
                print(f"! {text}")


async def main() -> None:
    async with httpx.AsyncClient(base_url=f"{SERVER}/api/v1", timeout=60) as http:

        async def post(path: str, **body: object) -> dict[str, str]:
            data: dict[str, str] = (await http.post(path, json=body)).raise_for_status().json()["data"]
            return data

        email, password = f"{secrets.token_hex(6)}@example.com", secrets.token_hex(16)
        token = (await post("/users/register", email=email, password=password, full_name="A Candidate"))["token"]
        http.headers["Authorization"] = f"Bearer {token}"
        session = (await post("/interviews/sessions", title="At the terminal"))["id"]
        await post(f"/interviews/sessions/{session}/questions/generate", num_questions=2)
        rate = 16_000
        if WAV:
            with wave.open(WAV) as sound:
                rate = sound.getframerate()
        address = f"{SERVER.replace('http', 'ws', 1)}/api/v1/interviews/sessions/{session}/stream"
        async with connect(address) as socket:
            await interview(socket, token, rate)
        scores = await post(f"/feedback/sessions/{session}/scores")
        print(f"\n{scores['total_score']} of 100 ({scores['letter_grade']}): {scores['performance_summary']}")


if __name__ == "__main__":
    asyncio.run(main())
