"""Ends a start that cannot succeed with a line for whoever made it, instead of a trace."""

import logging
import sys

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.config import StartError


def report(error: StartError) -> None:
    """Write what is wrong to standard error."""
    for line in str(error).splitlines():
        sys.stderr.write(f"greenroom: {line}\n")


def announce_admin(address: str, password: str) -> None:
    """Write by which address the new administrator logs in.

    The password is kept nowhere, so this is the only time that it is shown.
    """
    sys.stderr.write(
        f"greenroom: the administrator {address} was made with the password {password}\n"
        "greenroom: it is shown only this once; set ADMIN_PASSWORD for one of your own\n"
    )
    sys.stderr.flush()


class ReportStartErrors:
    """ASGI middleware: a server that fails to start because of its settings or surroundings says so in a line.

    The ASGI server is told no more than that it failed, and keeps quiet about that.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await self.app(scope, receive, send)
            return
        failed: Message | None = None

        async def hold_failure(message: Message) -> None:
            nonlocal failed
            if message["type"] == "lifespan.startup.failed":
                failed = message
            else:
                await send(message)

        try:
            await self.app(scope, receive, hold_failure)
        except StartError as error:
            report(error)
            logging.getLogger("uvicorn.error").disabled = True
            await send({"type": "lifespan.startup.failed", "message": ""})
        except BaseException:
            if failed is not None:
                await send(failed)
            raise
