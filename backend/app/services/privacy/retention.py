"""How long recordings and transcripts are kept: PRIVACY_RECORDINGS_DAYS and PRIVACY_TRANSCRIPTS_DAYS."""

from datetime import timedelta
from functools import partial

from app.config import PrivacySettings
from app.database import Database
from app.engines.storage import Storage
from app.models import now
from app.repositories.interviews import InterviewRepository
from app.repositories.recordings import RecordingRepository

AT_ONCE = 200


class RetentionService:
    """Deletes what is too old. Rows go first: a file that is left then has no row, and is swept."""

    def __init__(self, database: Database, storage: Storage, settings: PrivacySettings) -> None:
        self.database = database
        self.storage = storage
        self.settings = settings

    async def enforce(self) -> dict[str, int]:
        """Delete what is too old; returns how many recordings, and how many interviews lost what was said."""
        return {"recordings": await self._recordings(), "transcripts": await self._transcripts()}

    async def _recordings(self) -> int:
        """Recordings with their files. Answers keep their transcripts."""
        total = 0
        while self.settings.recordings_days:
            before = now() - timedelta(days=self.settings.recordings_days)
            async with self.database.writing() as session:
                recordings = RecordingRepository(session)
                old = await recordings.older_than(before, AT_ONCE)
                keys = [key for recording in old for key in recording.keys]
                for recording in old:
                    await recordings.delete(recording)
                session.after_commit(partial(self.storage.delete, keys))
            total += len(old)
            if len(old) < AT_ONCE:
                break
        return total

    async def _transcripts(self) -> int:
        """What was said, and whatever quotes it: answers, evaluations, the candidate's messages, feedback and reports.
        Scores of whole interviews, which are numbers alone, stay."""
        if not self.settings.transcripts_days:
            return 0
        before = now() - timedelta(days=self.settings.transcripts_days)
        async with self.database.writing() as session:
            return await InterviewRepository(session).forget_said_before(before)
