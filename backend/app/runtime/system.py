"""The state of the server for administrators: what is live, what waits, how much room there is."""

import asyncio
import shutil
import sys
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from app.engines.models import CATALOGUE
from app.repositories.jobs import JobRepository
from app.repositories.recordings import RecordingRepository
from app.repositories.system import SystemRepository
from app.runtime.runtime import Runtime
from app.services.accounts.subject import Account

PACKAGES = ("greenroom", "fastapi", "uvicorn", "sqlalchemy", "faster-whisper", "ctranslate2", "onnxruntime")
"""What a report of a fault should name."""


async def describe(runtime: Runtime, account: Account) -> dict[str, Any]:
    """The state of the server; Forbidden for everybody but administrators."""
    account.require("see_system")
    settings = runtime.settings
    async with runtime.database.reading() as session:
        system = SystemRepository(session)
        database = {
            "version": await system.version(),
            "schema_revision": await system.schema(),
            "size_bytes": await system.size(),
        }
        queue = await JobRepository(session).numbers_by_kind()
        recordings, size = await RecordingRepository(session).volume()
    folders = {"data": settings.data_dir, "uploads": settings.upload_dir, "models": settings.models_path}
    return {
        "readiness": await runtime.readiness(),
        "versions": {"python": sys.version.split()[0], **_versions()},
        "database": database,
        "storage": {"kind": runtime.storage.kind, "recordings": recordings, "size_bytes": size},
        "disks": await asyncio.to_thread(_disks, folders),
        "queue": [{"kind": kind, **asdict(numbers)} for kind, numbers in queue.items()],
        "models": await asyncio.to_thread(_models, settings.models_path),
    }


def _versions() -> dict[str, str]:
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _disks(folders: dict[str, Path]) -> list[dict[str, Any]]:
    """Room on the disks of these folders; a folder that is not there yet has the disk of the one around it."""
    found = []
    for name, folder in folders.items():
        there = next(parent for parent in (folder, *folder.resolve().parents) if parent.exists())
        usage = shutil.disk_usage(there)
        found.append({"folder": name, "total_bytes": usage.total, "free_bytes": usage.free})
    return found


def _models(folder: Path) -> list[dict[str, Any]]:
    return [
        {"name": model.name, "present": model.is_present(folder), "size_bytes": model.size, "what": model.what}
        for model in CATALOGUE
    ]
