"""Every route of every face, called by everybody: who may gets through, and nobody else does.

The tables stand beside this file, one for each face; a route without an entry fails the first test. All calls meet the
same few things (`world.py`), because what a call changes is undone.
"""

import base64
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, get_args
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import SecretStr
from starlette.routing import BaseRoute, WebSocketRoute

from app.config import Settings
from app.database import WriteSession
from app.dialects.hiring.ids import shown
from app.main import create_app, faces_for
from app.repositories.jobs import JobRepository
from app.runtime.engines import Engines
from app.web.credentials import TokenCookie, TokenHeader
from app.web.faces import Face
from tests.authorisation import coach, hiring, kiosk, platform, v1
from tests.authorisation.rules import Actor, Rule, World
from tests.authorisation.samples import body_of, said, unknown
from tests.authorisation.world import Scenery, build
from tests.support.databases import SqliteDatabases

TABLES: Mapping[str, Mapping[tuple[str, str], Rule]] = {
    "v1": v1.RULES,
    "coach": coach.RULES,
    "platform": platform.RULES,
    "hiring": hiring.RULES,
    "kiosk": kiosk.RULES,
}
FIELDS: Mapping[str, Callable[[Mapping[str, str], Mapping[str, int]], dict[str, object]]] = {
    "kiosk": kiosk.fields,
    "coach": coach.fields,
}
"""Values of fields of bodies that name what is asked for, from the ids and integer keys of it."""
WORLDS: tuple[World, ...] = get_args(World)


def routes_of(face: Face) -> Iterator[tuple[str, str, BaseRoute]]:
    """Every method and path of a face; sockets have the method WEBSOCKET."""
    for router in face.routers:
        for route in router.routes:
            if isinstance(route, APIRoute):
                for method in route.methods or ():
                    yield method, route.path_format, route
            elif isinstance(route, WebSocketRoute):
                yield "WEBSOCKET", route.path_format, route


def test_every_route_has_its_rule(settings: Settings) -> None:
    faces = faces_for(settings)
    assert {face.name for face in faces} == set(TABLES), "a face has no table"
    for face in faces:
        served = {(method, path) for method, path, _ in routes_of(face)}
        assert served == set(TABLES[face.name]), f"the table of {face.name} is not that of its routes"


@pytest_asyncio.fixture
async def app(
    settings: Settings, sqlite: SqliteDatabases, engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[FastAPI]:
    """The application on a database; who may do what does not depend on its kind."""
    async with sqlite.fresh() as url:
        ready = settings.model_copy(update={"database": settings.database.model_copy(update={"url": SecretStr(url)})})
        application = create_app(ready, engines=engines)
        async with application.router.lifespan_context(application):
            yield application


class Caller:
    """Calls routes for everybody."""

    def __init__(self, app: FastAPI, http: httpx.AsyncClient, scenery: Scenery, documents: Mapping[str, Any]) -> None:
        self.app, self.http, self.scenery, self.documents = app, http, scenery, documents

    def headers(self, face: Face, actor: Actor) -> dict[str, str]:
        """The credentials of somebody, in the first way that the face takes them."""
        token = self.scenery.tokens.get(actor)
        if token is None:
            return {}
        match face.credentials[0]:
            case TokenCookie(cookie=name):
                return {"Cookie": f"{name}={token}"}
            case TokenHeader(header=name):
                return {name: token}
        return {"Authorization": f"Bearer {token}"}

    async def call(
        self, face: Face, method: str, path: str, actor: Actor, world: World, *, elsewhere: bool = False
    ) -> httpx.Response:
        """The response; with `elsewhere` all ids are such that nothing has."""
        operation = self.documents[face.name]["paths"].get(path, {}).get(method.lower(), {})
        ids, keys = dict(self.scenery.ids[world]), dict(self.scenery.keys[world])
        if face.name == "hiring":
            ids |= {"interview_id": shown(UUID(ids["session_id"])), "question_id": shown(UUID(ids["question_id"]))}
        if method == "POST" and path.endswith(("/answer", "/skip")):
            ids["question_id"] = ids["open_question_id"]
        numbered = {one["name"] for one in operation.get("parameters", ()) if one["schema"].get("type") == "integer"}
        ids |= {name: str(keys[name]) for name in numbered & set(keys)}
        if elsewhere:
            ids = {name: unknown(value) for name, value in ids.items()}
            keys = dict.fromkeys(keys, int(unknown("1")))
        fields = FIELDS[face.name](ids, keys) if face.name in FIELDS else {}
        known = {**self.scenery.known, **fields}
        arguments = body_of(self.documents[face.name], operation, known)
        headers = {**arguments.pop("headers", {}), **self.headers(face, actor), "Prefer": "respond-async"}
        if path.endswith("/web/refresh"):
            headers["Cookie"] = f"greenroom_refresh={self.scenery.known['refresh_token']}"
        if path.endswith("/uploads"):
            metadata = base64.b64encode(ids["session_id"].encode()).decode()
            headers |= {"Upload-Length": "10", "Upload-Metadata": f"session_id {metadata}"}
        if method == "PATCH" and path.endswith("/{upload_id}"):
            headers |= {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
        return await self.http.request(method, path.format(**ids), headers=headers, **arguments)

    async def close_code(self, face: Face, path: str, actor: Actor, world: World) -> int:
        """The code with which a socket is closed after a `start`, or 0 when it goes on."""
        incoming = [
            {"type": "websocket.connect"},
            {"type": "websocket.receive", "text": '{"type": "start"}'},
        ]
        outgoing: list[Any] = []
        scope = {
            **{"type": "websocket", "path": path.format(**self.scenery.ids[world]), "raw_path": b"", "root_path": ""},
            **{"query_string": b"", "subprotocols": [], "scheme": "ws", "http_version": "1.1", "app": self.app},
            **{"client": ("127.0.0.1", 1), "server": ("test", 80), "state": {}, "asgi": {"version": "3.0"}},
            "headers": [(name.lower().encode(), value.encode()) for name, value in self.headers(face, actor).items()],
        }

        async def receive() -> Any:
            return incoming.pop(0) if incoming else {"type": "websocket.disconnect", "code": 1000}

        async def send(message: Any) -> None:
            outgoing.append(message)

        await self.app(scope, receive, send)
        return next((message.get("code", 1000) for message in outgoing if message["type"] == "websocket.close"), 0)


@pytest_asyncio.fixture
async def caller(
    app: FastAPI, http: httpx.AsyncClient, speech: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Caller]:
    scenery = await build(app, http, speech)
    documents = {face.name: (await http.get(f"/openapi/{face.name}.json")).json() for face in app.state.faces.all}

    async def undo(session: WriteSession) -> None:
        await session.flush()
        session.expunge_all()  # else what is rolled back is to be read again
        await session.rollback()

    async def nothing(*_: Any, **__: Any) -> list[Any]:
        return []

    monkeypatch.setattr(WriteSession, "commit", undo)
    monkeypatch.setattr(JobRepository, "claim", nothing)  # it would be undone and claimed again without an end
    yield Caller(app, http, scenery, documents)
    monkeypatch.undo()


async def test_who_may_gets_through_and_nobody_else_does(caller: Caller, settings: Settings) -> None:
    wrong = []
    for face in faces_for(settings):
        for (method, path), rule in TABLES[face.name].items():
            for world in WORLDS if rule.account != rule.code else WORLDS[:1]:
                compared = False
                for actor in Actor:
                    expected = rule.refusal(actor, world)
                    what = f"{method} {path} by {actor}, of {world}"
                    if method == "WEBSOCKET":
                        code = await caller.close_code(face, path, actor, world)
                        if (code == 4000 + expected) if expected else code not in (4401, 4404):
                            continue
                        wrong.append(f"{what}: closed with {code}, not {expected}")
                        continue
                    response = await caller.call(face, method, path, actor, world)
                    status = response.status_code
                    if expected is None:
                        refused = {401, 403} if rule.may_be_absent else {401, 403, 404}
                        if status in refused or status == 500:
                            wrong.append(f"{what}: may, and got {status} {response.text[:200]}")
                    elif status != expected:
                        wrong.append(f"{what}: {status} instead of {expected} {response.text[:200]}")
                    elif status == 404 and not compared:
                        compared = True
                        absent = await caller.call(face, method, path, actor, world, elsewhere=True)
                        if (absent.status_code, said(absent.content)) != (status, said(response.content)):
                            wrong.append(f"{what}: differs from what does not exist: {absent.text[:200]}")
    assert not wrong, "\n".join(wrong)
