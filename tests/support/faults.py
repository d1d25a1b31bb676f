"""Kills processes of Greenroom at random moments while interviews go on, and looks at what is left afterwards.

Candidates answer by upload, whole or in pieces that go on where they were cut, have answers judged and followed up, add
recordings and delete some, complete interviews and delete every third one. Meanwhile a process is killed (SIGKILL) and
started again, at moments that a seed decides. At the end everything that was accepted must be done once, and nothing
may be left over: no file, no row, no lease.
"""

import asyncio
import base64
import contextlib
import functools
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import httpx
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from app.database import Database, ReadSession
from app.models import (
    Answer,
    Deletion,
    Evaluation,
    Feedback,
    InterviewSession,
    Job,
    JobKind,
    Priority,
    Question,
    Recording,
    Report,
    Upload,
    now,
)
from app.repositories.recordings import RecordingRepository, UploadRepository
from tests.conftest import ROOT, SPEECH, TINY_WHISPER
from tests.support.forking import Role

API = "/api/v1/interviews/sessions"
UPLOADS = "/api/v1/uploads"
PATIENCE = 600
"""Requests after which an answer that cannot be judged is a problem."""
PIECE = 20_000
"""Bytes that a client sends at once of an upload in pieces."""
ORPHAN_SECONDS = 4.0
LONGEST_PAUSE = 15.0
"""Seconds between two kills at the most."""
RECORDING = SPEECH / "en_us_m1_i_used_a_profiler_to_find_the_leak.wav"
T = TypeVar("T")


@dataclass
class Outcome:
    """What a run has shown."""

    kills: int = 0
    uploads: int = 0
    """Answers that were uploaded, half of them in pieces."""
    recordings: int = 0
    """Recordings beside the answers, half of which were deleted again."""
    follow_ups: int = 0
    interviews: int = 0
    deleted: int = 0
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)
    at_kill: Counter[str] = field(default_factory=Counter)
    """In how many kills a job of a kind was under a lease."""


class Processes:
    """The processes of one installation: `api`, and `worker` as often as it is named."""

    def __init__(self, folder: Path, roles: list[Role], **environment: str) -> None:
        self.folder, self.roles = folder, roles
        self.sock = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.pids: list[int] = []
        self.environment = {
            **os.environ,
            "PYTHONPATH": f"{ROOT / 'backend'}:{ROOT}",
            "ENVIRONMENT": "test",
            "LOG_LEVEL": "WARNING",
            "DATA_DIR": str(folder / "var"),
            "UPLOAD_DIR": str(folder / "uploads"),
            "MODELS_DIR": str(folder / "models"),
            "JWT_SECRET": "0123456789abcdef" * 4,
            "STT_ENGINE": "whisper",
            "STT_MODEL_PATH": str(TINY_WHISPER),
            "TTS_ENGINE": "off",
            "RATE_LIMIT_ENABLED": "false",
            "OMP_NUM_THREADS": "1",
            "JOB_GRACE_SECONDS": "0",
            "JOB_POLL_SECONDS": "0.5",
            "JOB_ORPHAN_SECONDS": str(ORPHAN_SECONDS),
            **environment,
        }

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.sock.getsockname()[1]}"

    def open(self) -> None:
        """Start them all."""
        command = [sys.executable, "-m", "tests.support.forking", str(self.sock.fileno())]
        with (self.folder / "server.log").open("w") as log:
            self.parent = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment,
                pass_fds=[self.sock.fileno()],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self._line() == "ready", (self.folder / "server.log").read_text()
        self.pids = [self._start(role) for role in self.roles]

    def restart(self, number: int) -> None:
        """Kill the process with this number, and start it again."""
        self.kill(number)
        self.pids[number] = self._start(self.roles[number])

    def kill(self, number: int) -> None:
        """End a process without giving it time for anything."""
        os.kill(self.pids[number], signal.SIGKILL)

    def close(self) -> None:
        for pid in self.pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.parent.kill()
        self.parent.wait()
        for pipe in (self.parent.stdin, self.parent.stdout):
            if pipe is not None:
                pipe.close()
        self.sock.close()

    def _start(self, role: Role) -> int:
        assert self.parent.stdin is not None
        self.parent.stdin.write(f"{role}\n")
        self.parent.stdin.flush()
        return int(self._line())

    def _line(self) -> str:
        assert self.parent.stdout is not None
        return self.parent.stdout.readline().strip()


@asynccontextmanager
async def running(folder: Path, roles: list[Role], **environment: str) -> AsyncIterator[Processes]:
    """These processes, started."""
    processes = Processes(folder, roles, **environment)
    await asyncio.to_thread(processes.open)
    try:
        yield processes
    finally:
        await asyncio.to_thread(processes.close)


class Candidate:
    """Somebody whose browser tries again when the server is gone."""

    def __init__(self, http: httpx.AsyncClient, number: int, outcome: Outcome) -> None:
        self.http, self.number, self.outcome = http, number, outcome
        self.headers: dict[str, str] = {}
        self.uploaded: list[str] = []
        """Questions whose upload was accepted, of interviews that stay."""
        self.completed: list[str] = []
        self.deleted: list[str] = []
        self.recordings: list[str] = []
        """Recordings beside the answers that stay."""
        self.removed: list[str] = []

    async def call(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **arguments: Any
    ) -> httpx.Response:
        """The response; after a lost connection it is tried again."""
        while True:
            try:
                sent = {**self.headers, **(headers or {})}
                response = await self.http.request(method, path, headers=sent, **arguments)
            except httpx.TransportError:
                await asyncio.sleep(0.05)
                continue
            assert response.status_code != 500, f"{method} {path}: {response.text}"
            if response.status_code != 503:
                return response
            await asyncio.sleep(0.1)

    async def enter(self) -> None:
        """Register, or log in where the answer to the registration was lost."""
        body = {"email": f"c{self.number}@example.com", "password": "correct horse battery", "full_name": "A Person"}
        response = await self.call("POST", "/api/v1/users/register", json=body)
        if response.status_code == 409:
            response = await self.call("POST", "/api/v1/users/login", json=body)
        self.headers = {"Authorization": f"Bearer {response.json()['data']['token']}"}

    async def interview(self, *, delete: bool) -> None:
        """One interview from beginning to end. The first question is answered in pieces, the second whole; what the
        first left out is asked for and skipped."""
        created = await self.call("POST", API, json={"title": "Practice"})
        session = created.json()["data"]["id"]
        made = await self.call("POST", f"{API}/{session}/questions/generate", json={"num_questions": 2, "seed": 1})
        while made.status_code == 409:  # the answer to the first attempt was lost
            made = await self.call("GET", f"{API}/{session}/questions")
        listed = await self.call("GET", f"{API}/{session}/questions")
        questions = [question["id"] for question in listed.json()["data"]["questions"]]
        answer = await self.send_in_pieces(session, question_id=questions[0], is_answer="true")
        path = f"{API}/{session}/questions/{questions[1]}"
        sent = await self.call("POST", f"{path}/audio", files={"file": ("a.wav", RECORDING.read_bytes(), "audio/wav")})
        assert sent.status_code == 201, sent.text
        self.outcome.uploads += 2
        sent_beside = [await self.send_in_pieces(session) for _ in range(2)]
        self.outcome.recordings += 2
        await self.recording_of(answer)
        beside = [await self.recording_of(url) for url in sent_beside]
        gone = await self.call("DELETE", f"/api/v1/recordings/{beside[0]}")
        assert gone.status_code in (200, 404), gone.text
        self.removed.append(beside[0])
        await self.follow_up(session, questions[0])
        ended = await self.call("POST", f"{API}/{session}/complete")
        assert ended.status_code in (200, 409), ended.text
        if delete:
            gone = await self.call("DELETE", f"{API}/{session}")
            assert gone.status_code in (200, 404), gone.text
            self.deleted.append(session)
            self.outcome.deleted += 1
            return
        self.recordings.append(beside[1])
        self.uploaded += questions
        self.completed.append(session)
        self.outcome.interviews += 1

    async def send_in_pieces(self, session: str, **place: str) -> str:
        """The address of an upload of which all pieces were sent; after a lost connection from where the server is."""
        content = RECORDING.read_bytes()
        described = {"session_id": session, **place}
        metadata = ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in described.items())
        headers = {"Upload-Length": str(len(content)), "Upload-Metadata": metadata}
        created = await self.call("POST", UPLOADS, headers=headers)
        assert created.status_code == 201, created.text
        url, at = created.headers["location"], 0
        while at < len(content):
            sent = {"Upload-Offset": str(at), "Content-Type": "application/offset+octet-stream"}
            response = await self.call("PATCH", url, content=content[at : at + PIECE], headers=sent)
            assert response.status_code in (204, 409), response.text
            if response.status_code == 409:  # the answer to an earlier attempt was lost
                response = await self.call("HEAD", url)
            at = int(response.headers["upload-offset"])
        return str(url)

    async def recording_of(self, url: str) -> str:
        """The id of the recording that an upload becomes."""
        while (found := (await self.call("GET", url)).json()["data"])["status"] == "processing":  # noqa: ASYNC110 - as clients look
            await asyncio.sleep(0.1)
        assert found["status"] == "completed", found
        return str(found["recording_id"])

    async def follow_up(self, session: str, question: str) -> None:
        """Have an answer judged and asked on, twice, as a client does that has lost the first response."""
        path = f"{API}/{session}/questions/{question}"
        asked = set()
        for _ in range(2):
            for _attempt in range(PATIENCE):
                response = await self.call("POST", f"{path}/evaluate", json={"follow_up": True})
                if response.status_code not in (202, 409):  # it waits, or has no transcript yet
                    break
                await asyncio.sleep(0.2)
            assert response.status_code == 200, response.text
            if found := response.json()["data"]["follow_up"]:
                asked.add(found["id"])
        assert len(asked) <= 1, "the same was asked twice"
        self.outcome.follow_ups += len(asked)
        for follow_up in asked:
            await self.call("POST", f"{API}/{session}/questions/{follow_up}/skip")


async def until(check: Callable[[], Awaitable[T]], seconds: float) -> T:
    """What the check gives, as soon as that is true."""
    end = time.monotonic() + seconds
    while True:
        found = await check()
        if found or time.monotonic() > end:
            return found
        await asyncio.sleep(0.1)


async def inject(
    processes: Processes,
    database: Database,
    *,
    kills: int,
    seed: int,
    candidates: int = 3,
    strike: Callable[[], None] | None = None,
) -> Outcome:
    """Kill so many times, and look at what is left. From one kill to the next it takes up to as long as an interview
    with all its work does on this machine.

    `strike` does something else than to kill a process, such as to restart a service.
    """
    chance, outcome, began = random.Random(seed), Outcome(), time.monotonic()
    async with httpx.AsyncClient(base_url=processes.address, timeout=60) as http:
        people = [Candidate(http, number, outcome) for number in range(candidates)]
        for person in people:
            await person.enter()
        pause = await _seconds_of_an_interview(people[0], database)
        over = asyncio.Event()

        async def keep_interviewing(person: Candidate) -> None:
            rounds = 0
            while not over.is_set():
                rounds += 1
                await person.interview(delete=rounds % 3 == 0)

        work = [asyncio.create_task(keep_interviewing(person)) for person in people]
        await asyncio.sleep(pause)
        while outcome.kills < kills:
            await asyncio.sleep(chance.uniform(0.02, pause))
            if broken := [task for task in work if task.done()]:
                await broken[0]
            running = await _running(database)
            await asyncio.to_thread(
                strike or functools.partial(processes.restart, chance.randrange(len(processes.pids)))
            )
            outcome.at_kill.update(running)
            outcome.kills += 1
            await people[0].call("GET", "/health")
        over.set()
        await asyncio.gather(*work)
        if strike is not None:
            await database.close()  # connections to what was restarted are broken
        await until(lambda: is_quiet(database), 120)
        await until(lambda: _has_no_orphans(processes.folder, database), 3 * ORPHAN_SECONDS + 30)
    outcome.problems += await _problems(processes.folder, database, people)
    outcome.seconds = time.monotonic() - began
    return outcome


async def _seconds_of_an_interview(person: Candidate, database: Database) -> float:
    await person.interview(delete=False)  # after which everything is loaded
    await until(lambda: is_quiet(database), 60)
    began = time.monotonic()
    await person.interview(delete=False)
    await until(lambda: is_quiet(database), 60)
    return min(LONGEST_PAUSE, time.monotonic() - began)


async def _running(database: Database) -> set[str]:
    """Kinds of jobs that are under a lease."""
    statement = select(Job.kind).where(Job.lease_until > now(), Job.priority < Priority.UPKEEP.value)
    for _ in range(20):  # each connection of ours that was broken says so once
        with contextlib.suppress(SQLAlchemyError, OSError):
            async with database.reading() as session:
                return set((await session.execute(statement)).scalars())
    return set()


async def is_quiet(database: Database) -> bool:
    """Whether everything that was asked for is done."""
    async with database.reading() as session:
        unfinished = Job.state.in_(("waiting", "running")) & (Job.priority < Priority.UPKEEP.value)
        return not await session.scalar(select(func.count(Job.id)).where(unfinished))


async def _orphans(folder: Path, database: Database) -> list[str]:
    """Files that belong to nothing, in storage and among those that are being written."""
    async with database.reading() as session:
        recordings = RecordingRepository(session)
        known = await recordings.all_keys() | await UploadRepository(session).all_keys()
    uploads = folder / "uploads"
    folders = ("recordings", "thumbnails", "parts", "drafts")
    files = [path for name in folders for path in (uploads / name).rglob("*") if path.is_file()]
    keys = [path.relative_to(uploads).as_posix() for path in files]
    return [key for key in keys if key not in known]


async def _has_no_orphans(folder: Path, database: Database) -> bool:
    return not await _orphans(folder, database)


async def _problems(folder: Path, database: Database, people: list[Candidate]) -> list[str]:
    """Everything that is not as it should be, in sentences."""
    found = [f"a file belongs to nothing: {name}" for name in await _orphans(folder, database)]
    uploaded = {question for person in people for question in person.uploaded}
    completed = {session for person in people for session in person.completed}
    deleted = {session for person in people for session in person.deleted}
    by_jobs: defaultdict[UUID | None, set[str]] = defaultdict(set)
    """Evaluations of answers that jobs have stored, or found stored by another one meanwhile."""
    async with database.reading() as session:
        for job in (await session.execute(select(Job).where(Job.priority < Priority.UPKEEP.value))).scalars():
            if stored := (job.result or {}).get("evaluation"):
                by_jobs[job.target].add(stored)
            if job.state != "completed":
                found.append(f"job {job.id} ({job.kind}) is {job.state} after {job.attempts} attempts: {job.failure}")
            if job.kind == JobKind.DELETE_FILES and not (job.result or {}).get("files"):
                found.append(f"deletion {job.id} left no receipt")
        evaluations = select(func.count(Evaluation.id)).where(Evaluation.answer_id == Answer.id).scalar_subquery()
        current = evaluations.where(Evaluation.is_current)
        statement = (
            select(Question.public_id, Answer, evaluations, current, Recording.key)
            .join(Answer, Answer.question_id == Question.id)
            .outerjoin(Recording, (Recording.question_id == Question.id) & Recording.is_answer)
        )
        seen = set()
        for question, answer, judged, counts, key in (await session.execute(statement)).all():
            seen.add(str(question))
            if answer.status != "completed" or not answer.text or counts != 1:
                found.append(f"an answer is {answer.status} with the text {answer.text!r}, {counts} evaluations count")
            if judged != len(by_jobs[answer.public_id]):
                found.append(f"an answer has {judged} evaluations, and jobs know {len(by_jobs[answer.public_id])}")
            if key is None or not (folder / "uploads" / key).is_file():
                found.append(f"the file of an answer is gone: {key}")
        found += await _recording_problems(session, people, 3 * len(completed))
        found += [f"the accepted upload to {question} is gone" for question in uploaded - seen]
        for table in (Feedback, Report):
            made = select(InterviewSession.public_id).join(table, table.session_id == InterviewSession.id)
            ready = {str(public_id) for public_id in (await session.execute(made)).scalars()}
            found += [f"{table.__name__} of {missing} is missing" for missing in completed - ready]
        left = {str(public_id) for public_id in (await session.execute(select(InterviewSession.public_id))).scalars()}
        found += [f"interview {public_id} was deleted and is there" for public_id in deleted & left]
    return found


async def _recording_problems(session: ReadSession, people: list[Candidate], expected: int) -> list[str]:
    """Each accepted recording is there once and processed, each deleted one is gone with its files."""
    rows = {str(row.public_id): row for row in (await session.execute(select(Recording))).scalars()}
    kept = {recording for person in people for recording in person.recordings}
    removed = {recording for person in people for recording in person.removed}
    found = [f"recording {recording} is gone" for recording in kept - rows.keys()]
    found += [f"recording {recording} was deleted and is there" for recording in removed & rows.keys()]
    found += [f"a recording is {row.status}: {row.reason}" for row in rows.values() if row.status != "completed"]
    if len(rows) != expected:
        found.append(f"there are {len(rows)} recordings, not {expected}")
    for upload in (await session.execute(select(Upload))).scalars():
        if upload.position and (upload.parts or upload.reason or upload.recording_id is None):
            found.append(f"an upload has {upload.position} of {upload.length} bytes, {upload.reason}")
    for receipt in (await session.execute(select(Deletion))).scalars():
        if receipt.completed_at is None or receipt.keys:
            found.append(f"the deletion of a {receipt.subject_kind} has not ended")
    return found
