"""Whether the server serves, and what is live in it."""

import re
from typing import Any

from fastapi import APIRouter, Response

from app.schemas.health import HealthOut, ReadinessOut
from app.web.dependencies import RuntimeDep

FOLDERS = re.compile(r"(?<![\w:/.])/(?:[^\s/'\",;]+/)+|\b[A-Za-z]:\\\\(?:[^\s\\\\]+\\\\)+")
"""The folders of an absolute path, not those of a web address."""

router = APIRouter(tags=["Health"])


@router.get("/health")
async def get_health() -> HealthOut:
    """200 once the server can serve."""
    return HealthOut(status="ok")


@router.get("/health/ready", responses={503: {"model": ReadinessOut, "description": "The server is not ready"}})
async def get_readiness(runtime: RuntimeDep, response: Response) -> ReadinessOut:
    """What is live: database and engines, and why a better engine is not. Folders are shown by their last part;
    `greenroom doctor` shows them whole."""
    report = ReadinessOut.model_validate(_without_folders(await runtime.readiness()))
    response.status_code = 200 if report.status == "ready" else 503
    return report


def _without_folders(value: Any) -> Any:
    """The same without paths of the machine: anybody may ask for this report."""
    match value:
        case dict():
            return {name: _without_folders(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_without_folders(inner) for inner in value]
        case str():
            return FOLDERS.sub(".../", value)
    return value
