"""Which web pages may open a live connection; CORS does not apply to WebSockets."""

from urllib.parse import urlsplit


def is_allowed_origin(origin: str | None, host: str | None, allowed: list[str]) -> bool:
    """Whether a page of this origin may connect: pages of this server and of the `allowed` origins may.

    Programs send no origin and may connect. Schemes are not compared, because behind a proxy that ends TLS the server
    does not know its own.
    """
    if origin is None or origin.rstrip("/") in allowed:
        return True
    return bool(host) and urlsplit(origin).netloc.lower() == str(host).lower()
