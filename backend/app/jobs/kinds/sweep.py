"""Upkeep: what belongs to nothing any more, in storage, among spoken texts and in live interviews, or is too old."""

from datetime import timedelta

from app.config import Settings
from app.jobs.kind import Kind, Run
from app.models import JobKind, now
from app.services.recordings import orphans

HOUR = 3600.0
LIVE_SECONDS = 30.0
"""How often answers are looked for whose speaker is gone."""
GUESTS_AT_ONCE = 50
"""Guests that are deleted in one transaction."""


async def _files(run: Run) -> None:
    """Uploads that nobody goes on with, and files without a row older than JOB_ORPHAN_SECONDS."""
    await run.services.uploads.purge()
    runtime = run.runtime
    age = runtime.settings.job.orphan_seconds
    await orphans.sweep(run.database, runtime.storage, runtime.scratch, older_than_seconds=age)


async def _speech(run: Run) -> None:
    """Spoken texts that were made a month ago."""
    await run.runtime.tts.sweep()


async def _live(run: Run) -> None:
    """Live answers that were left, in whichever process; their sound is on the machine that serves the API."""
    await run.runtime.live.sweep()


async def _retention(run: Run) -> None:
    """Recordings, transcripts and guests that the settings let nobody keep so long."""
    await run.services.retention.enforce()
    before = now() - timedelta(days=run.runtime.settings.privacy.guest_days)
    deleted = GUESTS_AT_ONCE
    while deleted == GUESTS_AT_ONCE:
        async with run.services.writing() as writes:
            deleted = await writes.deletion.guests(before, GUESTS_AT_ONCE)


def _live_seconds(settings: Settings) -> float:
    return min(LIVE_SECONDS, settings.live.park_seconds / 2)


SWEEP_FILES = Kind(name=JobKind.SWEEP_FILES, run=_files, every=lambda settings: min(HOUR, settings.job.orphan_seconds))
SWEEP_SPEECH = Kind(name=JobKind.SWEEP_SPEECH, run=_speech, every=lambda _: 24 * HOUR)
SWEEP_LIVE = Kind(name=JobKind.SWEEP_LIVE, run=_live, every=_live_seconds, places=("api",))
RETENTION = Kind(name=JobKind.RETENTION, run=_retention, every=lambda _: HOUR)
