"""The state of the server."""

from typing import Literal

from app.schemas.common import Schema
from app.schemas.health import ReadinessOut


class DatabaseOut(Schema):
    version: str
    schema_revision: str
    size_bytes: int


class StorageOut(Schema):
    """Where recordings are, how many and how large."""

    kind: Literal["local", "cloud"]
    recordings: int
    size_bytes: int


class DiskOut(Schema):
    """Room on the disk of a folder."""

    folder: Literal["data", "uploads", "models"]
    total_bytes: int
    free_bytes: int


class QueueOut(Schema):
    """Background work of one kind; `oldest_seconds` is for how long the oldest that is due has waited."""

    kind: str
    waiting: int
    running: int
    failed: int
    oldest_seconds: float


class ModelOut(Schema):
    """A model that comes as a package, and whether it is on this machine."""

    name: str
    present: bool
    size_bytes: int
    what: str


class SystemOut(Schema):
    readiness: ReadinessOut
    versions: dict[str, str]
    database: DatabaseOut
    storage: StorageOut
    disks: list[DiskOut]
    queue: list[QueueOut]
    models: list[ModelOut]
