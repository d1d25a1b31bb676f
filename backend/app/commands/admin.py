"""Accounts made from the server's own machine."""

from pydantic import EmailStr, TypeAdapter, ValidationError

from app import private_files
from app.config import Settings
from app.errors import InvalidRequest
from app.models.values.kinds import ROLES
from app.runtime.runtime import guard_for, open_database
from app.services.accounts.auth_service import AuthService
from app.services.accounts.passwords import MAXIMUM_LENGTH, MINIMUM_LENGTH

MAXIMUM_NAME = 120


async def create_privileged(settings: Settings, *, email: str, name: str, role: str, password: str) -> None:
    """Create an account with a role. Raises AppError for a bad address, name, role or password."""
    if role not in ROLES:
        raise InvalidRequest(f"The role must be one of {', '.join(ROLES)}.")
    if not MINIMUM_LENGTH <= len(password) <= MAXIMUM_LENGTH:
        raise InvalidRequest(f"The password must have {MINIMUM_LENGTH} to {MAXIMUM_LENGTH} characters.")
    if not 1 <= len(name.strip()) <= MAXIMUM_NAME:
        raise InvalidRequest(f"The name must have 1 to {MAXIMUM_NAME} characters.")
    try:
        address = TypeAdapter(EmailStr).validate_python(email)
    except ValidationError as error:
        raise InvalidRequest("; ".join(str(problem["msg"]) for problem in error.errors())) from error
    private_files.keep_private()
    async with open_database(settings, is_used=True) as database:
        auth = AuthService(database, guard_for(settings, database), settings)
        await auth.register(email=address, password=password, full_name=name.strip(), role=role)
