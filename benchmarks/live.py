"""`make bench-live`: the live interview as candidates meet it.

Clips are played in real time over the real socket into a server in another process, by 1, 4 and 8 candidates at once.
Half the answers end by silence, half by the Done button (`speech_end`). Each latency stands beside the time that the
same engine takes for the last 5 s of the same speech when nothing else happens.
"""

import argparse
import asyncio
import difflib
import json
import os
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import jiwer
import numpy as np
import psutil
from websockets.asyncio.client import ClientConnection, connect

from app.config import Settings
from app.engines.audio import Pcm, decode
from app.engines.stt.vad import utterances
from benchmarks.run import DATA, ROOT

RATE = 16_000
FRAME = RATE // 10
LEAD_SECONDS = 0.5
LAST_SECONDS = 5.0
"""Of the speech of a clip; what the issue measures a final against."""
CROWDS = (1, 4, 8)
CLIPS = 4
"""Answers of each candidate."""
QUESTIONS = 12
"""More than answers: what is left is not asked."""
SEED = 7
Row = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Clip:
    """A recording with what is said in it, and where speech begins and ends (samples)."""

    name: str
    pcm: Pcm
    said: str
    begin: int
    end: int

    @property
    def last(self) -> Pcm:
        """The last seconds of its speech."""
        return self.pcm[max(0, self.end - round(LAST_SECONDS * RATE)) : self.end]


@dataclass(slots=True)
class Turn:
    """What one answer was like; times in seconds."""

    clip: Clip
    done: bool
    first_partial: float | None = None
    final: float | None = None
    reply: float | None = None
    think: float | None = None
    """From the end of the turn to the first reply audio."""
    text: str = ""
    shown: int = 0
    changed: int = 0
    thin: bool = False
    """Whether the page was told that captions are thin."""
    broken: int = 0
    """Words that were called stable and then were not."""


@dataclass(slots=True)
class Crowd:
    """One run with so many candidates at once."""

    size: int
    turns: list[Turn] = field(default_factory=list)
    lag: dict[str, float] = field(default_factory=dict)
    cores: float = 0.0
    memory: float = 0.0
    """Bytes that the server grew by."""


@dataclass(frozen=True, slots=True)
class Server:
    """The server under test."""

    port: int
    http: httpx.AsyncClient
    process: psutil.Process

    def cpu(self) -> float:
        """Seconds of processor time so far, of worker processes that have ended, too."""
        return self._sum(lambda one: sum(one.cpu_times()[:4]))

    def memory(self) -> int:
        """Resident bytes, worker processes included."""
        return int(self._sum(lambda one: one.memory_info().rss))

    def _family(self) -> list[psutil.Process]:
        return [self.process, *self.process.children(recursive=True)]

    def _sum(self, get: Callable[[psutil.Process], float]) -> float:
        """Of all processes; one may end while it is looked at."""
        total = 0.0
        for one in self._family():
            with suppress(psutil.NoSuchProcess):
                total += get(one)
        return total


def rows(data: Path, crowds: Sequence[int] = CROWDS, clips: int = CLIPS) -> list[Row]:
    """Name, figure, aim of each measure."""
    return asyncio.run(_rows(load_clips(data), crowds, clips))


def load_clips(data: Path) -> list[Clip]:
    """Recordings of people, or our synthetic voices where there are none."""
    people, own = data / "audio", ROOT / "tests" / "data" / "speech"
    folder = people if (people / "manifest.json").is_file() else own
    found = []
    for entry in json.loads((folder / "manifest.json").read_text()):
        pcm = decode(folder / entry["file"])
        spans = utterances(pcm, longest=60.0, join=60.0)
        said = entry.get("transcript") or entry["ref"]
        if spans and len(said.split()) >= 4:
            found.append(Clip(entry["file"], pcm, said, spans[0].begin, spans[-1].end))
    return found


async def _rows(clips: list[Clip], crowds: Sequence[int], turns: int) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        async with a_server(Path(folder)) as server:
            chosen = [
                [clips[(at * turns + number) % len(clips)] for number in range(turns)] for at in range(max(crowds))
            ]
            await talk(server, chosen[0][:1])  # everything is loaded now
            batch = {clip.name: await bare(server, clip) for plan in chosen for clip in plan}
            runs = [await run(server, chosen[:size]) for size in crowds]
            ready = (await server.http.get("/health/ready")).json()
    engine = ready["speech_to_text"]["engine"]
    found = [("engine, answers", f"{engine}, {sum(len(one.turns) for one in runs)} of {len(batch)} clips", "")]
    for one in runs:
        found += describe(one, batch)
    return found


async def bare(server: Server, clip: Clip) -> tuple[str, float]:
    """What the engine makes of the whole clip, and the seconds it takes for its last five."""
    whole = (await server.http.post("/bench/decode", content=clip.pcm.tobytes())).json()
    last = (await server.http.post("/bench/decode", content=clip.last.tobytes())).json()
    return whole["text"], last["seconds"]


async def run(server: Server, plans: Sequence[Sequence[Clip]]) -> Crowd:
    """So many candidates at once, who begin within two seconds."""
    crowd = Crowd(len(plans))
    await server.http.get("/bench/lag")
    memory, cpu, begin = server.memory(), server.cpu(), time.perf_counter()

    async def late(delay: float, plan: Sequence[Clip]) -> list[Turn]:
        await asyncio.sleep(delay)
        return await talk(server, plan)

    groups = await asyncio.gather(*(late(2 * at / len(plans), plan) for at, plan in enumerate(plans)))
    crowd.turns = [turn for group in groups for turn in group]
    crowd.cores = (server.cpu() - cpu) / (time.perf_counter() - begin)
    crowd.memory = server.memory() - memory
    crowd.lag = (await server.http.get("/bench/lag")).json()
    return crowd


async def talk(server: Server, plan: Sequence[Clip]) -> list[Turn]:
    """One candidate answers one question after the other."""
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
        turns = []
        for number, clip in enumerate(plan):
            await line.wait("question", since=line.answered)
            turns.append(await answer(line, clip, done=number % 2 == 1))
        reader.cancel()
    return turns


class Line:
    """Events of one connection with the moment they came."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.events: list[tuple[float, dict[str, Any]]] = []
        self.answered = 0
        """Events up to the last answer."""
        self._came = asyncio.Event()

    async def read(self) -> None:
        async for message in self.connection:
            self.events.append((time.perf_counter(), json.loads(message)))
            self._came.set()

    async def wait(self, kind: str, since: int = 0, patience: float = 120) -> tuple[float, dict[str, Any]]:
        async with asyncio.timeout(patience):
            while True:
                for at, event in self.events[since:]:
                    if event["type"] == kind:
                        return at, event
                self._came.clear()
                await self._came.wait()


async def answer(line: Line, clip: Clip, *, done: bool) -> Turn:
    """Play one clip in real time and see what comes of it."""
    turn, since = Turn(clip, done), len(line.events)
    lead = np.zeros(round(LEAD_SECONDS * RATE), np.int16)
    sound = np.concatenate([lead, clip.pcm[: clip.end], np.zeros(6 * RATE, np.int16)])
    speech = len(lead) + clip.begin, len(lead) + clip.end
    start = time.perf_counter()
    closed = asyncio.create_task(line.wait("answer", since))
    for first in range(0, len(sound), FRAME):
        due = start + (first + FRAME) / RATE  # a microphone has a frame when it is over
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        if closed.done():
            break
        if done and first >= speech[1]:
            await line.connection.send('{"type":"speech_end"}')
            break
        await line.connection.send(struct.pack("<Q", first) + sound[first : first + FRAME].tobytes())
    closed_at, taken = await closed
    line.answered = line.events.index((closed_at, taken))
    replied_at, _ = await line.wait("speech", line.answered)
    begin, end = start + speech[0] / RATE, start + speech[1] / RATE
    events = line.events[since:]
    turn.text = taken["transcript"]
    turn.first_partial = next((at - begin for at, event in events if event["type"] == "partial"), None)
    turn.final = next((at - end for at, event in reversed(events) if event["type"] == "final"), None)
    turn.reply = replied_at - end
    turn.think = replied_at - next(at for at, event in events if event.get("state") == "processing")
    turn.thin = any(event["type"] == "warning" and event["code"] == "captions_thin" for _, event in events)
    count_changes(turn, [event for _, event in events])
    return turn


def count_changes(turn: Turn, events: list[dict[str, Any]]) -> None:
    """How many words of partials did not stand in the final, at the place where they were shown."""
    finals = {event["segment"]: words(event["text"]) for event in events if event["type"] == "final"}
    for event in events:
        if event["type"] == "partial" and event["segment"] in finals:
            final = finals[event["segment"]]
            shown = words(f"{event['stable']} {event['unstable']}")
            same = difflib.SequenceMatcher(None, shown, final, autojunk=False).get_matching_blocks()
            turn.shown += len(shown)
            turn.changed += len(shown) - sum(block.size for block in same)
            stable = words(event["stable"])
            turn.broken += sum(one != other for one, other in zip(stable, final, strict=False))


def words(text: str) -> list[str]:
    """Words as they sound."""
    plain = "".join(sign if sign.isalnum() or sign in " '" else " " for sign in text.lower())
    return plain.split()


def describe(crowd: Crowd, batch: dict[str, tuple[str, float]]) -> list[Row]:
    """The rows of one run."""
    turns, who = crowd.turns, f"{crowd.size} at once: "
    silent, done = [turn for turn in turns if not turn.done], [turn for turn in turns if turn.done]
    decoding = statistics.median(batch[turn.clip.name][1] for turn in turns)
    said = [" ".join(words(turn.clip.said)) for turn in turns]
    live = jiwer.wer(said, [" ".join(words(turn.text)) for turn in turns])
    whole = jiwer.wer(said, [" ".join(words(batch[turn.clip.name][0])) for turn in turns])
    shown = sum(turn.shown for turn in turns)
    one = crowd.size == 1
    lost = sum(not turn.text for turn in turns)
    told = sum(turn.thin for turn in turns)
    return [
        (who + "bare decode of the last 5 s", f"p50 {decoding:.2f} s", ""),
        (
            who + "speech start to first partial",
            spread([turn.first_partial for turn in turns]),
            "p50 <= 1.0 s" if one else "",
        ),
        (
            who + "speech end to final caption",
            spread([turn.final for turn in turns]),
            f"p50 <= {decoding:.2f} s" if one else "p95 <= 3 s" if crowd.size == 4 else "",
        ),
        (who + "answers without a word; told of thin captions", f"{lost}; {told} of {len(turns)}", "0; at 8"),
        (
            who + "speech end to first reply audio, by silence",
            spread([turn.reply for turn in silent]),
            "p50 <= 1.5 s" if one else "",
        ),
        (who + "the same by the Done button", spread([turn.reply for turn in done]), ""),
        (who + "turn end to first reply audio", spread([turn.think for turn in turns]), ""),
        (
            who + "words of partials that changed",
            f"{sum(turn.changed for turn in turns) / max(1, shown):.1%} of {shown}",
            "<= 10 %",
        ),
        (who + "WER live, batch", f"{live:.1%}, {whole:.1%}", f"within {1 if one else 2} points"),
        (
            who + "event loop lag p99 (max)",
            f"{crowd.lag['p99'] * 1000:.1f} ms ({crowd.lag['max'] * 1000:.0f} ms)",
            "<= 20 ms" if crowd.size == 4 else "",
        ),
        (
            who + "CPU, memory of a candidate",
            f"{crowd.cores / crowd.size:.2f} cores, {crowd.memory / crowd.size / 2**20:.1f} MB",
            "",
        ),
    ]


def spread(values: Sequence[float | None]) -> str:
    """p50 and p95 of what was measured."""
    known = sorted(value for value in values if value is not None)
    if not known:
        return "never"
    lost = f", {len(values) - len(known)} never" if len(known) < len(values) else ""
    return f"p50 {np.quantile(known, 0.5):.2f} s, p95 {np.quantile(known, 0.95):.2f} s{lost}"


@asynccontextmanager
async def a_server(folder: Path) -> AsyncIterator[Server]:
    """The application in a process of its own, with its own database and files."""
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    sock.listen()
    environment = {
        "LOG_LEVEL": "WARNING",
        **os.environ,
        "PYTHONPATH": f"{ROOT / 'backend'}{os.pathsep}{ROOT}",
        "DATA_DIR": str(folder / "var"),
        "MODELS_DIR": str(Settings().models_path),
        "UPLOAD_DIR": str(folder / "uploads"),
        "RATE_LIMIT_ENABLED": "false",
        "LIVE_NUDGE_SECONDS": "0",
    }
    command = [sys.executable, "-m", "benchmarks.live_server", str(sock.fileno())]
    process = await asyncio.to_thread(subprocess.Popen, command, env=environment, cwd=folder, pass_fds=[sock.fileno()])
    try:
        port = sock.getsockname()[1]
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=120) as http:
            await http.get("/health")
            yield Server(port, http, psutil.Process(process.pid))
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait)
        sock.close()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="the folder of the measured data")
    parser.add_argument("--sessions", type=int, nargs="+", default=CROWDS, help="candidates at once")
    parser.add_argument("--clips", type=int, default=CLIPS, help="answers of each")
    parser.add_argument("--hour", type=float, metavar="MINUTES", help="instead: memory in so many minutes of talk")
    arguments = parser.parse_args()
    if arguments.hour:
        from benchmarks.live_memory import rows as hour

        found = hour(arguments.hour)
    else:
        found = rows(arguments.data, arguments.sessions, arguments.clips)
    print("| measure | figure | aim |\n|---|---|---|")
    for measure, figure, aim in found:
        print(f"| {measure} | {figure} | {aim} |")


if __name__ == "__main__":
    main()
