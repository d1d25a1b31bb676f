"""Upkeep: what belongs to nothing any more, in storage, among spoken texts and in live interviews."""

from app.config import Settings
from app.jobs.kind import Kind, Run
from app.models import JobKind
from app.repositories.answers import RecordingRepository

HOUR = 3600.0
LIVE_SECONDS = 30.0
"""How often answers are looked for whose speaker is gone."""


async def _files(run: Run) -> None:
    """Files without a row, older than JOB_ORPHAN_SECONDS: a younger one may be on its way."""
    async with run.database.reading() as session:
        known = await RecordingRepository(session).all_names()
    await run.runtime.storage.sweep(known, older_than_seconds=run.runtime.settings.job.orphan_seconds)


async def _speech(run: Run) -> None:
    """Spoken texts that nobody has asked for in a month."""
    await run.runtime.tts.sweep()


async def _live(run: Run) -> None:
    """Live answers that were left, in whichever process; their sound is on the machine that serves the API."""
    await run.runtime.live.sweep()


def _live_seconds(settings: Settings) -> float:
    return min(LIVE_SECONDS, settings.live.park_seconds / 2)


SWEEP_FILES = Kind(name=JobKind.SWEEP_FILES, run=_files, every=lambda settings: min(HOUR, settings.job.orphan_seconds))
SWEEP_SPEECH = Kind(name=JobKind.SWEEP_SPEECH, run=_speech, every=lambda _: 24 * HOUR)
SWEEP_LIVE = Kind(name=JobKind.SWEEP_LIVE, run=_live, every=_live_seconds, places=("api",))
