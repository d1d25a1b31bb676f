"""Whether the server serves, and what is live in it."""

from typing import Any

from fastapi import APIRouter, Response

from app.web.dependencies import RuntimeDep

router = APIRouter(tags=["Health"])


@router.get("/health")
async def get_health() -> dict[str, str]:
    """200 once the server can serve."""
    return {"status": "ok"}


@router.get("/health/ready", responses={503: {"description": "The database does not answer"}})
async def get_readiness(runtime: RuntimeDep, response: Response) -> dict[str, Any]:
    """What is live: database and engines, and why a better engine is not."""
    report = await runtime.readiness()
    response.status_code = 200 if report["status"] == "ready" else 503
    return report
