"""`make bench-live ARGS="--hour 60"`: what the server keeps of so many minutes of synthetic talk over the real socket.

Sound is sent as fast as it is understood, at most a minute ahead: a server that had to hold more would not read its
socket meanwhile, not even the answers to its pings. An answer is two minutes long and ends by the Done button; memory
is read when its transcript is there and nothing is heard any more. What the first answer leaves is the start:
everything is loaded then.
"""

import asyncio
import json
import os
import struct
import tempfile
import time
from pathlib import Path

import numpy as np
from websockets.asyncio.client import connect

from app.engines.audio import Pcm, decode
from benchmarks.live import QUESTIONS, RATE, SEED, Line, Row, Server, a_server
from benchmarks.run import ROOT

ANSWER_SECONDS = 120
"""Less than the time limit of a question."""
FRAME = RATE
"""Samples of a message."""
PAUSES = (0.2, 0.4, 0.7, 1.2)
"""Seconds of silence between two sentences, in turn."""
MOST_GROWTH = 50 * 2**20
AHEAD_SECONDS = 60.0
PATIENCE_SECONDS = 900.0
"""For the transcript of one answer."""


def rows(minutes: float) -> list[Row]:
    """Name, figure, aim of each measure."""
    return asyncio.run(_rows(round(minutes * 60)))


def an_answer(first: int) -> Pcm:
    """Sentences of synthetic voices, from the sentence `first` on."""
    folder = ROOT / "tests" / "data" / "speech"
    files = [entry["file"] for entry in json.loads((folder / "manifest.json").read_text())]
    parts: list[Pcm] = []
    samples, at = 0, first
    while samples < ANSWER_SECONDS * RATE:
        parts += [decode(folder / files[at % len(files)]), np.zeros(round(PAUSES[at % 4] * RATE), np.int16)]
        samples += len(parts[-1]) + len(parts[-2])
        at += 1
    return np.concatenate(parts)[: ANSWER_SECONDS * RATE]


async def _rows(seconds: int) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        async with a_server(Path(folder)) as server:
            begin = time.perf_counter()
            own, all_of_it, words = await _talk(server, max(2, round(seconds / ANSWER_SECONDS)))
            took = time.perf_counter() - begin
            engine = (await server.http.get("/health/ready")).json()["speech_to_text"]["engine"]
    growth = [(max(values[1:]) - values[0]) / 2**20 for values in (own, all_of_it)]
    minutes = len(own) * ANSWER_SECONDS / 60
    return [
        ("engine, talk, time it took", f"{engine}, {minutes:.0f} min, {took / 60:.0f} min", ""),
        ("words understood", f"{words}", ""),
        ("memory of the server after the first answer", f"{own[0] / 2**20:.0f} MB", ""),
        ("the most it grew by until the end", f"{growth[0]:.1f} MB", f"<= {MOST_GROWTH / 2**20:.0f} MB"),
        ("the same with its worker processes", f"{growth[1]:.1f} MB", ""),
    ]


async def _talk(server: Server, answers: int) -> tuple[list[int], list[int], int]:
    """Memory of the server and of all its processes after each answer, and the words of the transcripts."""
    own, all_of_it, words = list[int](), list[int](), 0
    while len(own) < answers:
        account = {"email": f"{os.urandom(6).hex()}@example.com", "password": "correct horse battery", "full_name": "A"}
        token = (await server.http.post("/api/v1/users/register", json=account)).json()["data"]["token"]
        headers = {"Authorization": f"Bearer {token}"}
        base = "/api/v1/interviews/sessions"
        session = (await server.http.post(base, json={"title": "Bench"}, headers=headers)).json()["data"]["id"]
        wishes = {"num_questions": QUESTIONS, "seed": SEED}
        await server.http.post(f"{base}/{session}/questions/generate", json=wishes, headers=headers)
        async with connect(f"ws://127.0.0.1:{server.port}{base}/{session}/stream", compression=None) as connection:
            await connection.send(json.dumps({"type": "start", "token": token, "sample_rate": RATE}))
            line = Line(connection)
            reader = asyncio.create_task(line.read())
            for _ in range(min(QUESTIONS - 1, answers - len(own))):
                await line.wait("question", since=line.answered)
                since, sound = len(line.events), an_answer(len(own) * 7)
                for first in range(0, len(sound), FRAME):
                    await _follow(line, since, first / RATE - AHEAD_SECONDS)
                    await connection.send(struct.pack("<Q", first) + sound[first : first + FRAME].tobytes())
                await connection.send('{"type":"speech_end"}')
                at, taken = await line.wait("answer", since, patience=PATIENCE_SECONDS)
                line.answered = line.events.index((at, taken))
                words += len(taken["transcript"].split())
                own.append(int(server.process.memory_info().rss))
                all_of_it.append(server.memory())
            reader.cancel()
    return own, all_of_it, words


async def _follow(line: Line, since: int, second: float) -> None:
    """Waits until the answer is understood up to `second`; raises when the server closed it before."""
    while second > max((event["end"] for _, event in line.events[since:] if event["type"] == "final"), default=0.0):
        if any(event["type"] == "answer" for _, event in line.events[since:]):
            raise RuntimeError(f"the answer was closed before its second {second}")
        await asyncio.sleep(0.05)
