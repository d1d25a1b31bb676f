"""`greenroom models`: puts models where the server looks for them, and says which are there."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from app.engines.embedding import minilm
from app.engines.embedding.base import EmbeddingUnavailable
from app.engines.models import CATALOGUE
from app.engines.models.build import build
from app.engines.models.catalogue import ModelError, PackagedModel, by_name
from app.engines.models.download import download as from_hub
from app.engines.stt import whisper_models

SENTENCE_MODEL = "minilm"
"""Built from an installed package, and by the judge itself where it is missing."""


def chosen(words: Sequence[str]) -> list[str]:
    """The names of models: all of them for `all`, none for `none` or nothing. Raises ModelAbsent for another name."""
    if "none" in words or not words:
        return []
    if "all" in words:
        return [SENTENCE_MODEL, *(model.name for model in CATALOGUE)]
    return [word if word == SENTENCE_MODEL else by_name(word).name for word in words]


def build_all(models_dir: Path, names: Sequence[str], console: Console) -> Iterator[str]:
    """Builds models by name and yields a line for each that cannot be built. `console` shows how far it is."""
    if SENTENCE_MODEL in names:
        try:
            minilm.build(models_dir)
        except EmbeddingUnavailable as error:
            yield f"sentence model: {error}; answers cannot be judged"
    missing = [model for model in map(by_name, _packaged(names)) if not model.is_present(models_dir)]
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        for model in missing:
            task = progress.add_task(model.name, total=model.size)
            try:
                build(model, models_dir, lambda here, task=task: progress.update(task, completed=here))  # type: ignore[misc]  # mypy cannot infer a lambda with a default
            except ModelError as error:
                progress.remove_task(task)
                yield f"{model.name} is left out: {error.message}{_other_way(model)}"


def download(name: str, models_dir: Path) -> Path:
    """Fetches a model from its hub: a packaged one, or any Whisper. Raises ModelError, SttError."""
    for model in CATALOGUE:
        if model.name == name and not model.is_whisper:
            return from_hub(model, models_dir)
    return whisper_models.download(name, models_dir)


def table(models_dir: Path) -> Table:
    """Every packaged model, for people."""
    shown = Table("", "model", "MB", "licence", "what", box=None)
    for model in CATALOGUE:
        mark = "[green]here[/]" if model.is_present(models_dir) else "[dim]absent[/]"
        shown.add_row(mark, model.name, f"{model.size / 1e6:.0f}", model.licence, model.what)
    return shown


def _packaged(names: Sequence[str]) -> list[str]:
    return [name for name in names if name != SENTENCE_MODEL]


def _other_way(model: PackagedModel) -> str:
    return f". The other way: greenroom models download {model.name}" if model.is_whisper or model.hub else ""
