"""Recordings, uploads, consent and deletions in v1's words."""

from dataclasses import asdict

from app.models import Consent, Deletion, Recording, Upload
from app.models.values.visual import VisualMeasures
from app.repositories.recordings import RecordingView
from app.schemas.recording import AuditEventOut, ConsentOut, DeletionOut, MediaDetailOut, MediaOut, UploadOut, VisualOut
from app.services.privacy.audit import NamedEvent
from app.web.prefix import public

BASE = "/api/v1/recordings"


def media(view: RecordingView) -> MediaOut:
    return MediaOut.model_validate(_fields(view))


def media_detail(view: RecordingView) -> MediaDetailOut:
    return MediaDetailOut.model_validate({**_fields(view), "peaks": view.recording.peaks or []})


def visual(found: VisualMeasures | None) -> VisualOut | None:
    if found is None:
        return None
    return VisualOut.model_validate(
        {
            "pictures": found.pictures,
            "face": found.face,
            "seconds": found.seconds,
            "looking_at_camera": asdict(found.looking) if found.looking else None,
            "expression": asdict(found.expression) if found.expression else None,
            "reason": found.reason,
            "engine": found.engine,
            "engine_version": found.engine_version,
        }
    )


def _fields(view: RecordingView) -> dict[str, object]:
    recording = view.recording
    address = f"{BASE}/{recording.public_id}"
    return {
        "id": recording.public_id,
        "session_id": view.interview.public_id,
        "question_id": view.question.public_id if view.question else None,
        "is_answer": recording.is_answer,
        "kind": recording.kind,
        "status": recording.status,
        "reason": recording.reason,
        "format": recording.format,
        "duration": recording.duration,
        "size_bytes": recording.size_bytes,
        "sha256": recording.sha256,
        "url": public(f"{address}/file"),
        "thumbnail_url": public(f"{address}/thumbnail") if recording.thumbnail_key else None,
        "visual": visual(recording.visual),
        "created_at": recording.created_at,
    }


def upload(row: Upload, recording: Recording | None) -> UploadOut:
    is_whole = row.position == row.length
    status = "failed" if row.reason else "completed" if recording else "processing" if is_whole else "receiving"
    return UploadOut.model_validate(
        {
            "id": row.public_id,
            "status": status,
            "position": row.position,
            "length": row.length,
            "recording_id": recording.public_id if recording else None,
            "reason": row.reason,
            "expires_at": row.expires_at,
        }
    )


def consent(found: Consent | None) -> ConsentOut:
    if found is None:
        return ConsentOut(purposes=None, wording=None, given_at=None)
    return ConsentOut.model_validate(
        {"purposes": found.purposes, "wording": found.wording, "given_at": found.created_at}
    )


def deletion(receipt: Deletion, message: str) -> DeletionOut:
    return DeletionOut.model_validate(
        {
            "message": message,
            "receipt_id": receipt.public_id,
            "deleted": receipt.subject_kind,
            "deleted_id": receipt.subject_id,
            "counts": receipt.counts,
            "status": "completed" if receipt.completed_at else "pending",
            "requested_at": receipt.created_at,
            "completed_at": receipt.completed_at,
        }
    )


def audit_event(found: NamedEvent) -> AuditEventOut:
    event = found.event
    return AuditEventOut(
        id=event.public_id,
        actor_id=event.actor_id,
        actor_name=found.actor,
        action=event.action,
        subject_kind=event.subject_kind,
        subject_id=event.subject_id,
        subject_name=found.subject,
        before=event.before,
        after=event.after,
        created_at=event.created_at,
    )
