"""Accounts made from the server's own machine."""

from pydantic import TypeAdapter, ValidationError

from app.config import Settings
from app.database import Database
from app.errors import InvalidRequest
from app.models.user import ROLES
from app.runtime.resources import guard_for
from app.schemas.user import RegisterRequest
from app.services.accounts.auth_service import AuthService


async def create_privileged(settings: Settings, *, email: str, name: str, role: str, password: str) -> None:
    """Create an account with a role. Raises AppError for a bad address, role or password."""
    if role not in ROLES:
        raise InvalidRequest(f"The role must be one of {', '.join(ROLES)}.")
    try:
        checked = TypeAdapter(RegisterRequest).validate_python(
            {"email": email, "password": password, "full_name": name}
        )
    except ValidationError as error:
        raise InvalidRequest("; ".join(str(problem["msg"]) for problem in error.errors())) from error
    database = Database(settings.database_url)
    try:
        async with database.writing() as session:
            await AuthService(session, guard_for(settings, database), settings).register(
                email=checked.email, password=checked.password, full_name=checked.full_name, role=role
            )
    finally:
        await database.close()
