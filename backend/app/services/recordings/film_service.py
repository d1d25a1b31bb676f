"""What is seen of the candidate in a film: looked at behind the scenes, kept with the recording, shown as coaching.

Nothing that judges reads it: no score, feedback, report or decision (a contract of the layers and a test say so).
"""

from app.config import PrivacySettings
from app.database import Database
from app.engines.storage import Storage
from app.engines.vision.base import VisionBusy, VisionEngine, VisionUnavailable
from app.errors import Forbidden, Unavailable
from app.models.values.visual import VisualMeasures
from app.repositories.base import AnySession, Ref
from app.repositories.interviews import InterviewRepository
from app.repositories.recordings import RecordingRepository
from app.services.privacy.consent_service import ConsentService


class FilmService:
    """Looks at films: for background work, which has checked nothing because nobody asked."""

    def __init__(
        self, database: Database, storage: Storage, vision: VisionEngine | None, privacy: PrivacySettings
    ) -> None:
        self.database = database
        self.storage = storage
        self.vision = vision
        self.privacy = privacy

    async def look(self, ref: Ref) -> None:
        """Look at a film once. Nothing happens when it is gone, was looked at, or must not be: faces are looked at only
        where the setting lets them, and the candidate has not declined. Unavailable when it can only be done later."""
        async with self.database.reading() as session:
            recording = await RecordingRepository(session).by_ref(ref)
            if recording is None or recording.kind != "video" or recording.visual is not None:
                return
            if self.vision is None or not await self._may(session, recording.session_id):
                return
        try:
            async with self.storage.local_copy(recording.key) as path:
                found = await self.vision.look(path)
        except FileNotFoundError:
            return  # deleted meanwhile
        except (VisionBusy, VisionUnavailable) as error:
            wait = {"Retry-After": "5"} if isinstance(error, VisionBusy) else None
            raise Unavailable(error.message, headers=wait) from error
        await self._store(recording.id, recording.key, found)

    async def _store(self, key: int, file_key: str, found: VisualMeasures) -> None:
        async with self.database.writing() as session:
            row = await RecordingRepository(session).by_id(key)
            if row is not None and row.key == file_key and await self._may(session, row.session_id):
                row.visual = found

    async def _may(self, session: AnySession, interview_id: int) -> bool:
        interview = await InterviewRepository(session).by_id(interview_id)
        if interview is None:
            return False
        try:
            await ConsentService(session).require(interview, "video_analysis", self.privacy)
        except Forbidden:
            return False
        return True
