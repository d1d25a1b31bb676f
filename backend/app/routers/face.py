"""The main API as a face. Paths that belong to no face, such as `/health`, are answered in its shape."""

import re
from collections.abc import Mapping

from app.config import Settings
from app.routers import (
    admin_codes,
    admin_prompts,
    admin_sessions,
    admin_system,
    admin_users,
    credits,
    feedback,
    health,
    interviews,
    jobs,
    page_entry,
    page_session,
    recordings,
    rounds,
    steps,
    tts,
    tus,
    uploads,
    users,
    websocket,
)
from app.routers.errors import error_body
from app.schemas.common import ErrorEnvelope
from app.web.credentials import Bearer
from app.web.faces import MULTIPART_BYTES, Face
from app.web.page_cookies import PageCookie

DESCRIPTION = """
Mock interviews that hear, judge with evidence, answer and remember.

Register, send the `token` as `Authorization: Bearer`, create a session, generate questions, upload spoken answers.
Every response of `/api/v1` has the same envelope; times are UTC, scores 0-100.
"""


def body_limits(settings: Settings) -> Mapping[re.Pattern[str], int]:
    """The paths that take files."""
    return {
        uploads.AUDIO_PATH: settings.limits.audio_bytes + MULTIPART_BYTES,
        uploads.RECORDING_PATH: settings.limits.recording_bytes + MULTIPART_BYTES,
        uploads.DOCUMENT_PATH: settings.limits.document_bytes + MULTIPART_BYTES,
    }


V1 = Face(
    name="v1",
    title="Greenroom",
    description=DESCRIPTION,
    paths=("/api/v1",),
    routers=(
        health.router,
        users.router,
        credits.router,
        page_session.router,
        page_entry.router,
        interviews.router,
        rounds.router,
        steps.router,
        uploads.router,
        recordings.router,
        tus.router,
        feedback.router,
        jobs.router,
        tts.router,
        admin_users.router,
        admin_sessions.router,
        admin_codes.router,
        admin_prompts.router,
        admin_system.router,
        websocket.router,
    ),
    error_body=error_body,
    error_model=ErrorEnvelope,
    body_limits=body_limits,
    credentials=(Bearer(), PageCookie()),
)
