"""`greenroom questions`: question sets from files and to files."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from app.commands.acting import acting
from app.commands.question_files import FileSet, read_sets, to_csv, to_yaml
from app.config import Settings
from app.errors import Conflict, NotFound
from app.repositories.question_sets import QuestionSetView
from app.runtime.runtime import open_database
from app.services.accounts.subject import Account
from app.services.recruiting.question_set_service import QuestionSetService, SetQuestion

FileFormat = Literal["yaml", "csv"]


async def import_sets(
    settings: Settings,
    files: Sequence[Path],
    *,
    name: str | None = None,
    replace: bool = False,
    owner: str | None = None,
    advance: Callable[[], None],
) -> list[QuestionSetView]:
    """Keep the sets of these files, all of them or none. A set of a name that is taken is a Conflict, or with `replace`
    takes the place of the other; codes that lead there then lead to the new questions."""
    wanted = [found for file in files for found in read_sets(file, name)]
    async with open_database(settings, is_used=True) as database, database.writing() as session:
        account, sets, kept = await acting(session, owner), QuestionSetService(session), []
        for found in wanted:
            kept.append(await _keep(sets, account, found, replace=replace))
            advance()
        return kept


async def export_sets(settings: Settings, names: Sequence[str], format: FileFormat, *, owner: str | None = None) -> str:
    """These sets as the text of a file, or all that the owner sees. NotFound for a name that is none."""
    async with open_database(settings, is_used=True) as database, database.reading() as session:
        account, sets = await acting(session, owner), QuestionSetService(session)
        views = [await find_set(sets, account, name) for name in names] if names else await sets.all(account)
    return to_csv(views) if format == "csv" else to_yaml(views)


async def find_set(sets: QuestionSetService, account: Account, name: str) -> QuestionSetView:
    """The set of this name, in capitals or not. NotFound without one, Conflict with several."""
    views = await sets.all(account)
    found = [view for view in views if view.question_set.name.casefold() == name.strip().casefold()]
    if not found:
        known = ", ".join(view.question_set.name for view in views[:20]) or "none"
        raise NotFound(f"There is no question set {name!r}. There are: {known}.")
    if len(found) > 1:
        raise Conflict(f"{len(found)} question sets are named {name!r}. Rename or delete all but one.")
    return found[0]


async def _keep(sets: QuestionSetService, account: Account, found: FileSet, *, replace: bool) -> QuestionSetView:
    questions = [
        SetQuestion(
            text=question.text,
            time_limit=question.time_limit,
            hints=question.hints,
            expected_points=question.expected_points,
            category=question.category,
            difficulty=question.difficulty,
        )
        for question in found.questions
    ]
    try:
        earlier = await find_set(sets, account, found.name)
    except NotFound:
        return await sets.create(account, name=found.name, description=found.description, questions=questions)
    if not replace:
        raise Conflict(f"There is a question set {found.name!r} already. With --replace it gets the new questions.")
    key = earlier.question_set.id
    return await sets.update(account, key, name=found.name, description=found.description, questions=questions)
