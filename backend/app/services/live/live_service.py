"""Live interviews of this process: which are open, who takes part, and what happens to those that were left."""

import asyncio
import logging
from datetime import timedelta
from functools import partial
from weakref import WeakValueDictionary

from app.config import Settings
from app.database import Database
from app.engines.storage import Storage
from app.engines.stt.base import SttEngine
from app.engines.stt.live import LiveScheduler, LiveTranscriber
from app.engines.turn.base import TurnDetector
from app.errors import NotFound, Unavailable
from app.models import now
from app.repositories.base import Ref
from app.repositories.live import Unfinished
from app.services.accounts.subject import Subject
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

        Raises NotFound, Conflict (over, or without questions), Unavailable (too many interviews) and LiveError (another
        sample rate than the answer was begun with).
        """
        interview_key = await self._store.find(subject, ref)
        async with self._joining.setdefault(interview_key, asyncio.Lock()):
            if (closing := self._left.get(interview_key)) is not None:
                await asyncio.wait({closing})
            found = self._live.get(interview_key)
            if found is not None and not found[1].done():
                return found[0].attach(options)
            if len(self._live) >= self.settings.max_sessions:
                raise Unavailable("As many interviews are going on as this server can hold. Try again in a minute.")
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
