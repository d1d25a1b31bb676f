"""Where media live: a folder of the machine or an S3 bucket, behind one protocol."""

from pathlib import Path

from app.config import Settings
from app.engines.storage.base import FOLDERS, PIECE, Storage, StoredObject, is_writable
from app.engines.storage.local import LocalStorage
from app.engines.storage.s3 import S3Storage
from app.engines.storage.scratch import Scratch

__all__ = [
    "FOLDERS",
    "PIECE",
    "LocalStorage",
    "S3Storage",
    "Scratch",
    "Storage",
    "StoredObject",
    "is_writable",
    "open_scratch",
    "open_storage",
]

SCRATCH = "drafts"
"""Under UPLOAD_DIR: on the same disk as local storage, so that a finished file is not copied."""


def open_scratch(upload_dir: Path) -> Scratch:
    """The working folder of uploads and of what is made from recordings."""
    return Scratch(upload_dir / SCRATCH)


def open_storage(settings: Settings, scratch: Scratch, kind: str | None = None) -> Storage:
    """The storage that the settings name; `kind` (`local` or `cloud`) asks for another one."""
    if (kind or settings.storage_type) == "cloud":
        return S3Storage(settings.s3, scratch)
    return LocalStorage(settings.upload_dir, scratch)
