"""Live interviews of this process: which are open, who takes part, and what happens to those that were left."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from weakref import WeakValueDictionary

from app.config import Settings
from app.database import Database
from app.engines.storage import Storage
from app.engines.stt.base import SttEngine
from app.engines.stt.live import LiveScheduler, LiveTranscriber
from app.engines.turn.base import TurnDetector
from app.errors import Conflict, NotFound, Unavailable
from app.models import now
from app.repositories.base import Ref
from app.repositories.live import Unfinished
from app.services.accounts.subject import Account, Subject
from app.services.answers.evaluation_service import EvaluationService
from app.services.jobs.job_service import JobService
from app.services.live.closing import SHUTTING_DOWN
from app.services.live.events import Event
from app.services.live.interview import LiveInterview
from app.services.live.judging import Judging
from app.services.live.limits import ConnectionLimiter
from app.services.live.link import Link, LiveError, Options
from app.services.live.recorder import LiveFiles
from app.services.live.store import LiveStore, StaleState
from app.services.live.transcription import Transcribers
from app.services.live.turn import Tools, Turn
from app.services.live.voice import Voice
from app.services.speech.tts_service import TtsService

FOLDER = "live"
"""Under UPLOAD_DIR: answers that are being given."""
LOST_AFTER = timedelta(days=1)
"""An unfinished answer whose audio is not on this machine is closed without it after so long."""
MAY_COME_BACK = 10.0
"""Seconds for which an interview that was left keeps its place on a full server, against those of other accounts."""
TEXT_SECONDS = 10.0
"""How long an answer that was sent as a text may take to be closed with the sound that belongs to it."""
log = logging.getLogger(__name__)


class LiveService:
    """Opens interviews, lets connections join them, and closes answers that nobody comes back to."""

    def __init__(
        self,
        *,
        settings: Settings,
        database: Database,
        storage: Storage,
        stt: SttEngine,
        evaluations: EvaluationService,
        jobs: JobService,
        tts: TtsService,
        transcribers: Transcribers | None = None,
        turn_detector: TurnDetector | None = None,
    ) -> None:
        self.settings = settings.live
        self.connections = ConnectionLimiter(settings.rate_limit.socket_connections)
        self.tts = tts
        self._stt = stt
        self._scheduler = LiveScheduler()
        self._store = LiveStore(database, storage)
        self._judging = Judging(jobs, evaluations)
        self._files = LiveFiles(settings.upload_dir / FOLDER, storage)
        make = partial(LiveTranscriber, stt, self._scheduler, turn_detector=turn_detector)
        self._tools = Tools(settings.live, self._store, self._files, stt, transcribers or make)
        self._live: dict[int, tuple[LiveInterview, asyncio.Task[None]]] = {}
        self._left: dict[int, asyncio.Task[None]] = {}
        self._opening: Counter[int | None] = Counter()
        self._joining: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    @property
    def interviews(self) -> int:
        """How many interviews are open in this process, parked ones included."""
        return len(self._live)

    async def close(self) -> None:
        """Close every connection. Answers stay as they are on disk, for the next process."""
        tasks = [task for _, task in self._live.values()] + list(self._left.values())
        for interview, _ in self._live.values():
            if interview.link is not None:
                interview.link.queue.close(SHUTTING_DOWN)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._judging.close()
        await self._scheduler.close()

    async def join(self, subject: Subject, ref: Ref, options: Options) -> Link:
        """Take part in the subject's interview; a connection that took part before is closed.

        An interview that was left gives its place to another that needs one; who comes back to it goes on where it was.
        Raises NotFound, Conflict (over, without questions, or too many of this account), Unavailable (too many of all)
        and LiveError (another sample rate than the answer was begun with).
        """
        interview_key = await self._store.find(subject, ref)
        async with self._joining.setdefault(interview_key, asyncio.Lock()):
            if (closing := self._left.get(interview_key)) is not None:
                await asyncio.wait({closing})
            found = self._live.get(interview_key)
            if found is not None and found[0].is_closing:
                await asyncio.wait({found[1]})
            if found is not None and not found[1].done():
                return found[0].attach(options)
            async with self._place(subject.key if isinstance(subject, Account) else None):
                try:
                    interview = await self._open(interview_key)
                except StaleState as error:
                    raise NotFound.of("Session") from error
            try:
                link = interview.attach(options)
            except LiveError:
                await interview.close()
                raise
            self._judging.warm_up()
            task = asyncio.create_task(interview.run())
            self._live[interview_key] = interview, task
            task.add_done_callback(lambda _: self._forget(interview_key, interview))
            return link

    async def take_text(self, subject: Subject, ref: Ref, question: Ref, text: str) -> None:
        """Tell the subject's interview, if this process conducts it, what was sent as the answer to a question."""
        if (found := self._live.get(await self._store.find(subject, ref))) is not None:
            await found[0].take_text(question, text, TEXT_SECONDS)

    async def sweep(self) -> None:
        """Close answers that were left for LIVE_PARK_SECONDS, and delete audio that belongs to no answer."""
        ages = await self._files.ages()
        rows = await self._store.unfinished()
        for row in rows:
            key = row.interview_key
            if key in self._live or key in self._left or not self._is_left(row, ages.get(row.answer_id)):
                continue
            closing = self._left[key] = asyncio.create_task(self._close_left(row))
            closing.add_done_callback(partial(self._closed_left, key))
            await asyncio.wait({closing})
        known = {row.answer_id for row in rows}
        for answer_id, age in ages.items():
            if answer_id not in known and age > self.settings.park_seconds:
                await self._files.remove(answer_id)

    async def _open(self, interview_key: int) -> LiveInterview:
        row = await self._store.begin(interview_key)
        interview = LiveInterview(row, self._tools, self._judging, Voice(self.tts, row.voice), self._stt.name)
        await interview.open()
        return interview

    @asynccontextmanager
    async def _place(self, owner: int | None) -> AsyncIterator[None]:
        """Hold a place for an interview that is being opened; `owner` is the key of its account, if it has one."""
        places, most = self.settings.max_sessions, self.settings.max_sessions_per_account
        left: list[asyncio.Task[None]] = []
        owners = {key: interview.interview.owner_id for key, (interview, _) in self._live.items()}
        own = [key for key, other in owners.items() if owner is not None and other == owner]
        if owner is not None and len(own) + self._opening[owner] >= most:
            left += self._give_up(own)
            if not left:
                raise Conflict(
                    f"You are already in {most} live interviews. End or leave one of them.",
                    code="too_many_interviews",
                )
        if len(self._live) + self._opening.total() >= places:
            left += (more := self._give_up(self._live, left_for=MAY_COME_BACK))
            if not more:
                raise Unavailable("The server has no room for another live interview. Try again in a minute.")
        self._opening[owner] += 1
        try:
            if left:
                await asyncio.wait(left)
            yield
        finally:
            self._opening[owner] -= 1

    def _give_up(self, keys: Iterable[int], left_for: float = 0.0) -> list[asyncio.Task[None]]:
        """Stop the interview that was left the longest, at least `left_for` seconds ago: the task that ends. What was
        said so far is on disk, as after a crash. Empty when nobody has left."""
        latest = time.monotonic() - left_for
        left = [(at, key) for key in keys if (at := self._live[key][0].left_at) is not None and at <= latest]
        if not left:
            return []
        key = min(left)[1]
        _, task = self._live.pop(key)
        self._left[key] = task
        task.add_done_callback(partial(self._closed_left, key))
        task.cancel()
        return [task]

    def _forget(self, interview_key: int, interview: LiveInterview) -> None:
        found = self._live.get(interview_key)
        if found is not None and found[0] is interview:
            del self._live[interview_key]

    def _is_left(self, row: Unfinished, age: float | None) -> bool:
        """Whether no process takes audio for this answer any more."""
        if age is None:
            return row.created_at < now() - LOST_AFTER
        return age >= self.settings.park_seconds

    async def _close_left(self, row: Unfinished) -> None:
        try:
            turn = Turn(await self._store.left_behind(row.answer_id), self._tools, _discard)
            try:
                await turn.resume()
                await turn.finish(keep_silence=False)
            finally:
                await turn.abandon()
        except StaleState:
            log.info("answer %s was closed by somebody else", row.answer_id)
        except Exception:
            log.exception("answer %s could not be closed", row.answer_id)

    def _closed_left(self, interview_key: int, _task: asyncio.Task[None]) -> None:
        del self._left[interview_key]


def _discard(_event: Event) -> None:
    """The `emit` of answers that nobody is connected to."""
