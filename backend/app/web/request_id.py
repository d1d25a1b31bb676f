"""The id of the request that is being served; the middleware sets it, responses and logs show it."""

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="-")
