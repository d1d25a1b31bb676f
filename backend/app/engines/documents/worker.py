"""The process in which documents are parsed.

A request is the limits as one line of JSON, then the file; the answer is JSON: {"text", "kind", "pages"}, or
{"error", "message"} of a DocumentError.
"""

import json
from collections.abc import Callable
from dataclasses import asdict

from app.engines.documents import SANDBOX
from app.engines.documents.parse import parse
from app.engines.documents.types import DocumentError, Limits
from app.engines.sandbox import serve


def prepare() -> Callable[[bytes], bytes]:
    """Nothing is left to load: the parsers came with the imports."""
    return answer


def answer(request: bytes) -> bytes:
    """See the module's description."""
    head, _, data = request.partition(b"\n")
    try:
        found = asdict(parse(data, Limits(**json.loads(head))))
    except DocumentError as error:
        found = {"error": error.code, "message": error.message}
    return json.dumps(found).encode()


if __name__ == "__main__":
    serve(prepare, SANDBOX)
