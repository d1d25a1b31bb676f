"""How long a request waits for work behind the scenes before it is told where to look for it (RFC 7240)."""

import re
from typing import Annotated

from fastapi import Depends, Header

from app.web.dependencies import RuntimeDep

_WAIT = re.compile(r"\bwait\s*=\s*\"?(\d{1,6})\b", re.IGNORECASE)
_ASYNC = re.compile(r"\brespond-async\b", re.IGNORECASE)


async def get_patience(
    runtime: RuntimeDep,
    prefer: Annotated[
        str | None,
        Header(
            description="`respond-async`: answer 202 at once with the job to look at; `wait=N`: wait at most N seconds",
            examples=["respond-async"],
        ),
    ] = None,
) -> float:
    longest = runtime.settings.job.wait_seconds
    if prefer is None:
        return longest
    wait = _WAIT.search(prefer)
    if wait is not None:
        return min(float(wait[1]), longest)
    return 0.0 if _ASYNC.search(prefer) else longest


Patience = Annotated[float, Depends(get_patience)]
"""Seconds that a request may wait; 0 for `Prefer: respond-async`."""
