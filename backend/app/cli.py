"""`greenroom`: serve, worker, migrate, admin, models, doctor, transcribe, judge."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from app.config import Settings, SettingsError
from app.engines.models.catalogue import ModelError

cli = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__, pretty_exceptions_enable=False)
models_cli = typer.Typer(no_args_is_help=True, help="Models on this machine.")
admin_cli = typer.Typer(no_args_is_help=True, help="Accounts, from the server's own machine.")
cli.add_typer(models_cli, name="models")
cli.add_typer(admin_cli, name="admin")
out, err = Console(), Console(stderr=True)


def fail(message: str) -> typer.Exit:
    """Say what is wrong and how to mend it; exit with 1."""
    err.print(f"greenroom: {message}", style="red", markup=False, highlight=False)
    return typer.Exit(1)


@cli.command()
def serve(
    host: str = "127.0.0.1",
    port: int = 8000,
    reload: Annotated[bool, typer.Option(help="Restart when the code changes.")] = False,
) -> None:
    """Start the server. An empty database is set up first."""
    import uvicorn

    settings = Settings()
    try:
        settings.jwt_secret  # noqa: B018  refuses to start before anything is opened
    except SettingsError as error:
        raise fail(str(error)) from error
    err.print(f"Greenroom on http://{host}:{port} (docs at /docs)", markup=False, highlight=False)
    uvicorn.run(
        "app.main:app",
        host=host,
        port=port,
        reload=reload,
        access_log=False,
        log_level=settings.log_level.lower(),
        ws_max_size=1024 * 1024,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None,
        timeout_graceful_shutdown=10,
    )


@cli.command()
def worker() -> None:
    """Do background work in a process of its own; the server leaves it to such processes under JOBS=external."""
    from app.commands.worker import work
    from app.engines.wakeup import WakeupUnavailable

    settings = Settings()
    try:
        asyncio.run(work(settings))
    except (SettingsError, WakeupUnavailable) as error:
        raise fail(str(error)) from error


@cli.command()
def migrate(
    check: Annotated[bool, typer.Option(help="Only say whether models and migrations agree.")] = False,
    new: Annotated[str | None, typer.Option(help="Write a migration with this title for what changed.")] = None,
) -> None:
    """Bring the database to the newest schema."""
    from app import migrations

    if new:
        migrations.new_revision(new)
    elif check:
        if problem := migrations.differences():
            raise fail(problem)
        out.print("Models and migrations agree.")
    else:
        settings = Settings()
        migrations.upgrade(settings.database_url)
        out.print(f"{settings.describe_database()} has the newest schema.", markup=False)


@admin_cli.command("create")
def create_admin(
    email: str,
    name: Annotated[str, typer.Option(help="Full name.")] = "Administrator",
    role: Annotated[str, typer.Option(help="admin or recruiter")] = "admin",
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)] = "",
) -> None:
    """Create an account with rights over others."""
    from app.commands.admin import create_privileged
    from app.errors import AppError

    try:
        asyncio.run(create_privileged(Settings(), email=email, name=name, role=role, password=password))
    except AppError as error:
        raise fail(" ".join([error.message, *(detail.message for detail in error.details)])) from error
    out.print(f"{email} is {role} now.", markup=False)


@models_cli.command("build")
def build_models(
    names: Annotated[list[str] | None, typer.Argument(help="Which ones (see list); all by default.")] = None,
    wanted: Annotated[
        str, typer.Option(envvar="GREENROOM_MODELS", help="Without names: all, none, or names with commas.")
    ] = "all",
) -> None:
    """Put the models that come as packages into MODELS_DIR, checked; what is there already is left alone.

    A model that cannot be had is a warning: the others are built, and Greenroom works without it.
    """
    from app.commands.models import build_all, chosen

    try:
        models = chosen(names or wanted.replace(",", " ").split())
    except ModelError as error:
        raise fail(error.message) from error
    for problem in build_all(Settings().models_path, models, err):
        err.print(f"warning: {problem}", style="yellow", markup=False, highlight=False, soft_wrap=True)


@models_cli.command("list")
def list_models() -> None:
    """Say which models are here, how large they are and under which licence."""
    from app.commands.models import table

    out.print(table(Settings().models_path))


@models_cli.command("download")
def download_model(
    name: Annotated[str, typer.Argument(help="tiny.en, base.en, small.en ... or a hub repository")],
) -> None:
    """Download a model from its hub into MODELS_DIR: any Whisper, or a packaged model whose package is gone."""
    from app.commands.models import download
    from app.engines.stt.base import SttError

    try:
        path = download(name, Settings().models_path)
    except (SttError, ModelError) as error:
        raise fail(error.message) from error
    out.print(f"{name} is in {path}", markup=False, highlight=False)


@cli.command()
def doctor() -> None:
    """Say what works on this machine, and what would make it better."""
    from app.commands.doctor import examine

    table = Table(box=None, show_header=False)
    healthy = True
    for finding in asyncio.run(examine(Settings())):
        mark = {"ok": "[green]ok[/]", "basic": "[yellow]basic[/]", "off": "[dim]off[/]", "failed": "[red]failed[/]"}
        table.add_row(mark[finding.state], finding.what, finding.text)
        healthy = healthy and finding.state != "failed"
    out.print(table)
    if not healthy:
        raise typer.Exit(1)


@cli.command()
def transcribe(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False)],
    engine: Annotated[str | None, typer.Option(help="auto, whisper or openai")] = None,
    language: Annotated[str | None, typer.Option(help="ISO 639-1, such as en")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a file and line.")] = False,
) -> None:
    """Print what is said in audio files, with the time of each word."""
    from app.commands.transcribe import transcribe_files

    failed = False

    async def run() -> None:
        nonlocal failed
        async for result in transcribe_files(Settings(), files, engine=engine, language=language):
            failed = failed or result.error is not None
            if as_json:
                sys.stdout.write(json.dumps(result.as_json()) + "\n")
            elif result.error is not None:
                err.print(f"{result.file}: {result.error}", style="red", markup=False, highlight=False)
            else:
                sys.stdout.write(result.as_text() + "\n")
            sys.stdout.flush()

    asyncio.run(run())
    if failed:
        raise typer.Exit(1)


@cli.command()
def judge(
    source: Annotated[Path, typer.Argument(exists=True, dir_okay=False, metavar="IN.csv")],
    target: Annotated[Path, typer.Option("--out", dir_okay=False, metavar="OUT.csv")],
) -> None:
    """Score the answers of a CSV file.

    Columns: question, answer, reference or expected_points (separated by |), and optionally category and keywords.

    Written beside them: score, content, overall, a column per measure and more. Grammar and fluency are those of the
    language alone; in overall they count for as much as the answer answers the question.
    """
    from app.commands.judge import BatchError, count_rows, judge_file

    with Progress(console=err, transient=True) as progress:
        try:
            task = progress.add_task("Judging", total=count_rows(source))
            summary = judge_file(source, target, Settings(), advance=lambda: progress.advance(task))
        except BatchError as error:
            raise fail(str(error)) from error
    for problem in summary.problems:
        err.print(problem, style="yellow", markup=False, highlight=False)
    out.print(
        f"{summary.scored} scored, {summary.unscored} unscored, {len(summary.problems)} skipped: {target}",
        markup=False,
        highlight=False,
    )


def main() -> None:
    """The entry point of the `greenroom` command."""
    cli()
