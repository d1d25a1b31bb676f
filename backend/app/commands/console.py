"""Where commands write: results to standard output, the rest to standard error."""

import typer
from rich.console import Console
from rich.progress import Progress

out, err = Console(), Console(stderr=True)


def fail(message: str) -> typer.Exit:
    """Say what is wrong and how to mend it, in a line for each thing; exit with 1."""
    for line in message.splitlines():
        err.print(f"greenroom: {line}", style="red", markup=False, highlight=False, soft_wrap=True)
    return typer.Exit(1)


def bar() -> Progress:
    """A progress bar for whoever watches; nothing where nobody does."""
    return Progress(console=err, transient=True, disable=not err.is_terminal)


def counted(number: int, what: str) -> str:
    """`1 question`, `2 questions`."""
    return f"{number} {what}{'' if number == 1 else 's'}"
