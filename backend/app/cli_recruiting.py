"""`greenroom codes` and `greenroom questions`."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from app.commands.console import bar, counted, fail, out
from app.load_settings import load_settings

codes_cli = typer.Typer(no_args_is_help=True, help="Access codes for candidates without an account.")
questions_cli = typer.Typer(no_args_is_help=True, help="Question sets as files.")
OWNER = "Whose they are: the address of a recruiter. Else they are the first administrator's."


@codes_cli.command("create")
def create_codes(
    count: Annotated[int, typer.Option(min=1, max=10_000, help="How many.")] = 1,
    names: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A file with a name on each line: a code for each.")
    ] = None,
    question_set: Annotated[
        str | None, typer.Option("--set", help="The name of a question set; without it the active one is asked.")
    ] = None,
    expires_hours: Annotated[float | None, typer.Option(min=0.01, help="Good for so long; 168 is a week.")] = None,
    kind: Annotated[Literal["screening", "practice"], typer.Option(help="What candidates see of their results.")] = (
        "screening"
    ),
    owner: Annotated[str | None, typer.Option(help=OWNER)] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="A table for spreadsheets, on standard output.")] = False,
) -> None:
    """Make access codes; each lets one candidate into one interview."""
    from app.commands.codes import Wanted, write_csv
    from app.commands.codes import create_codes as create

    try:
        listed = [line for line in names.read_text("utf-8-sig").splitlines() if line.strip()] if names else []
    except UnicodeDecodeError as error:
        raise fail(f"{names} is no text in UTF-8") from error
    if names is not None and not listed:
        raise fail(f"{names} holds no name")
    wanted = Wanted(count, listed, question_set, expires_hours, kind, owner)
    with bar() as progress:
        task = progress.add_task("Making codes", total=len(listed) or count)
        codes = asyncio.run(create(load_settings(), wanted, advance=lambda some: progress.advance(task, some)))
    if as_csv:
        write_csv(codes, sys.stdout)
        return
    for view in codes:
        out.print(f"{view.code.code}  {view.code.candidate_name or ''}".rstrip(), markup=False, highlight=False)


@questions_cli.command("import")
def import_questions(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, metavar="FILE...")],
    name: Annotated[str | None, typer.Option(help="The name of a set that has none; else it is that of the file.")] = (
        None
    ),
    replace: Annotated[bool, typer.Option(help="Give sets that are there already these questions.")] = False,
    owner: Annotated[str | None, typer.Option(help=OWNER)] = None,
) -> None:
    """Keep the question sets of YAML or CSV files, all of them or none."""
    from app.commands.questions import import_sets

    with bar() as progress:
        task = progress.add_task("Importing", total=None)
        kept = asyncio.run(
            import_sets(
                load_settings(),
                files,
                name=name,
                replace=replace,
                owner=owner,
                advance=lambda: progress.advance(task),
            )
        )
    for view in kept:
        out.print(f"{view.question_set.name}: {counted(len(view.items), 'question')}", markup=False, highlight=False)


@questions_cli.command("export")
def export_questions(
    names: Annotated[list[str] | None, typer.Argument(help="Names of sets; all without any.")] = None,
    format: Annotated[Literal["yaml", "csv"] | None, typer.Option(help="Else what the file is called.")] = None,
    target: Annotated[Path | None, typer.Option("--out", dir_okay=False, help="Else standard output.")] = None,
    owner: Annotated[str | None, typer.Option(help=OWNER)] = None,
) -> None:
    """Write question sets as YAML or CSV, as import reads them."""
    from app.commands.questions import export_sets

    chosen = format or ("csv" if target is not None and target.suffix.lower() == ".csv" else "yaml")
    text = asyncio.run(export_sets(load_settings(), names or [], chosen, owner=owner))
    if target is None:
        sys.stdout.write(text)
    else:
        target.write_text(text, "utf-8", newline="")
