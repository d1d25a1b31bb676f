"""`greenroom`: serve, worker, migrate, admin, models, storage, doctor, transcribe, judge."""

import asyncio
import errno
import json
import socket
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Literal

import click
import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from typer.core import TyperGroup

from app.config import StartError
from app.engines.models.catalogue import ModelError
from app.errors import AppError
from app.load_settings import load_settings


class Commands(TyperGroup):
    """What is wrong with the settings, the machine or what was asked for is a line and exit 1, never a trace."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort, click.ClickException):
            raise
        except StartError as error:
            raise fail(str(error)) from error
        except AppError as error:
            raise fail(" ".join([error.message, *(detail.message for detail in error.details)])) from error
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise  # whoever read our output has gone; that is no error of ours to tell
            raise fail(f"{error.filename}: {error.strerror}" if error.filename else str(error)) from error
        except Exception as error:
            from app.faults import machine_fault, why_unreachable

            if machine_fault(error) is None:
                raise
            raise fail(
                f"{why_unreachable(error)}. greenroom doctor says more; greenroom migrate makes tables"
            ) from error


cli = typer.Typer(cls=Commands, no_args_is_help=True, help=__doc__, pretty_exceptions_enable=False)
models_cli = typer.Typer(no_args_is_help=True, help="Models on this machine.")
admin_cli = typer.Typer(no_args_is_help=True, help="Accounts, from the server's own machine.")
cli.add_typer(models_cli, name="models")
storage_cli = typer.Typer(no_args_is_help=True, help="Recordings and spoken texts, wherever they are kept.")
cli.add_typer(admin_cli, name="admin")
cli.add_typer(storage_cli, name="storage")
out, err = Console(), Console(stderr=True)


def fail(message: str) -> typer.Exit:
    """Say what is wrong and how to mend it, in a line for each thing; exit with 1."""
    for line in message.splitlines():
        err.print(f"greenroom: {line}", style="red", markup=False, highlight=False, soft_wrap=True)
    return typer.Exit(1)


def _show_version(wanted: bool) -> None:
    if wanted:
        out.print(f"greenroom {version('greenroom')}", markup=False, highlight=False)
        raise typer.Exit


@cli.callback()
def options(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """What holds for all commands."""


@cli.command()
def serve(
    host: str = "127.0.0.1",
    port: Annotated[int | None, typer.Option(min=0, max=65_535, help="8000, unless PORT says otherwise.")] = None,
    reload: Annotated[bool, typer.Option(help="Restart when the code changes.")] = False,
) -> None:
    """Start the server. An empty database is set up first."""
    import uvicorn

    from app.runtime.runtime import check
    from app.web.uvicorn_options import OPTIONS

    settings = load_settings(name_unknown=False)  # the application does
    port = settings.port if port is None else port
    _require_free(host, port)
    asyncio.run(check(settings))
    shown = f"[{host}]" if ":" in host else host
    err.print(f"Greenroom on http://{shown}:{port}{settings.root_path} (docs at /docs)", markup=False, highlight=False)
    uvicorn.run("app.main:app", host=host, port=port, reload=reload, log_level=settings.log_level.lower(), **OPTIONS)


def _require_free(host: str, port: int) -> None:
    """Fail when the server could not listen there, before anything is opened."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror as error:
        raise fail(f"--host {host}: there is no such address. Example: --host 127.0.0.1") from error
    except OSError as error:
        match error.errno:
            case errno.EADDRINUSE:
                hint = f"is in use: stop what uses it, or take another: PORT={port + 1 if port < 65_535 else 8000}"
            case errno.EACCES | errno.EPERM:
                hint = "needs rights that this account has not: take one from 1024 on, such as PORT=8000"
            case errno.EADDRNOTAVAIL:
                hint = "cannot be had: this machine has no such address. Example: --host 127.0.0.1"
            case _:
                hint = f"cannot be had: {error.strerror}"
        raise fail(f"port {port} of {host} {hint}") from error


@cli.command()
def worker() -> None:
    """Do background work in a process of its own; the server leaves it to such processes under JOBS=external."""
    from uvicorn.loops.auto import auto_loop_factory

    from app.commands.worker import work

    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:  # the loop that the server runs on
        runner.run(work(load_settings()))


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
        from app.runtime.runtime import migrate as migrate_database

        settings = load_settings()
        asyncio.run(migrate_database(settings))
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

    asyncio.run(create_privileged(load_settings(), email=email, name=name, role=role, password=password))
    out.print(f"{email} is {role} now.", markup=False)


@admin_cli.command("reset-password")
def reset_password(
    email: str,
    generate: Annotated[bool, typer.Option("--generate", help="Make a random password and print it.")] = False,
) -> None:
    """Give an account a new password. All its logins end."""
    from app.commands.admin import reset_password as reset

    settings = load_settings()
    password = None if generate else typer.prompt("New password", hide_input=True, confirmation_prompt=True)
    made = asyncio.run(reset(settings, email=email, password=password))
    out.print(f"The password of {email} was changed, and all logins ended.", markup=False, soft_wrap=True)
    if generate:
        out.print(f"New password: {made}", markup=False, highlight=False)


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
    for problem in build_all(load_settings().models_path, models, err):
        err.print(f"warning: {problem}", style="yellow", markup=False, highlight=False, soft_wrap=True)


@models_cli.command("list")
def list_models() -> None:
    """Say which models are here, how large they are and under which licence."""
    from app.commands.models import table

    out.print(table(load_settings().models_path))


@models_cli.command("download")
def download_model(
    name: Annotated[str, typer.Argument(help="tiny.en, base.en, small.en ... or a hub repository")],
) -> None:
    """Download a model from its hub into MODELS_DIR: any Whisper, or a packaged model whose package is gone."""
    from app.commands.models import download
    from app.engines.stt.base import SttError

    try:
        path = download(name, load_settings().models_path)
    except (SttError, ModelError) as error:
        raise fail(error.message) from error
    out.print(f"{name} is in {path}", markup=False, highlight=False)


@storage_cli.command("move")
def move_storage(
    to: Annotated[str, typer.Option(help="local (UPLOAD_DIR) or cloud (the S3 bucket of the settings)")],
    keep: Annotated[bool, typer.Option(help="Leave the originals where they are.")] = False,
) -> None:
    """Bring everything to the other kind of storage, compared by SHA-256; then set STORAGE_TYPE and restart.

    It may be interrupted and begun again, and run while the server does: what came meanwhile goes with the next run.
    """
    from app.commands.storage import NotTheSame, move
    from app.errors import AppError

    if to not in ("local", "cloud"):
        raise fail(f"--to {to} is no storage: local or cloud")
    try:
        moved = asyncio.run(move(load_settings(), to, keep=keep))
    except (AppError, NotTheSame) as error:
        raise fail(str(error)) from error
    out.print(f"{moved.files} files ({moved.size_bytes / 2**20:.1f} MB) moved. Set STORAGE_TYPE={to} and restart.")


@cli.command()
def doctor() -> None:
    """Say what works on this machine, and what would make it better."""
    from app.commands.doctor import examine

    table = Table(box=None, show_header=False)
    healthy = True
    for finding in asyncio.run(examine(load_settings())):
        mark = {"ok": "[green]ok[/]", "basic": "[yellow]basic[/]", "off": "[dim]off[/]", "failed": "[red]failed[/]"}
        table.add_row(mark[finding.state], finding.what, finding.text)
        healthy = healthy and finding.state != "failed"
    out.print(table)
    if not healthy:
        raise typer.Exit(1)


@cli.command()
def transcribe(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False)],
    engine: Annotated[Literal["auto", "whisper", "openai"] | None, typer.Option(help="Default: STT_ENGINE.")] = None,
    language: Annotated[str | None, typer.Option(help="ISO 639-1, such as en")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a file and line.")] = False,
) -> None:
    """Print what is said in audio files, with the time of each word."""
    from app.commands.transcribe import transcribe_files

    failed = False

    async def run() -> None:
        nonlocal failed
        async for result in transcribe_files(load_settings(), files, engine=engine, language=language):
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
            summary = judge_file(source, target, load_settings(), advance=lambda: progress.advance(task))
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


if __name__ == "__main__":
    main()
