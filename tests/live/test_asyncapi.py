"""`docs/asyncapi.yaml` says what the code does."""

import subprocess
from typing import Any, get_args

import httpx
import pytest
import yaml
from fastapi import FastAPI
from pydantic.json_schema import models_json_schema

from app.errors import ErrorType
from app.schemas import live
from app.services.live import closing
from app.services.live.closing import CloseReason
from app.services.live.events import RejectionCode
from tests.conftest import ROOT
from tests.support.node import FOLDER, installed_node

CLIENT = get_args(live.AnyClientMessage)
SERVER = get_args(live.AnyServerEvent)
UNIONS = {"AnyClientMessage": CLIENT, "AnyServerEvent": SERVER}
DOCUMENT = ROOT / "docs" / "asyncapi.yaml"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(DOCUMENT.read_text())
    return found


def schemas() -> dict[str, Any]:
    """What the code takes and sends, as JSON Schema."""
    wanted: list[Any] = [*((model, "validation") for model in CLIENT), *((model, "serialization") for model in SERVER)]
    _, defined = models_json_schema(wanted, ref_template="#/components/schemas/{model}")
    found: dict[str, Any] = defined["$defs"]
    return found


def test_every_message_has_the_fields_that_the_code_has(document: dict[str, Any]) -> None:
    written, real = document["components"]["schemas"], schemas()
    for name, schema in real.items():
        assert written.get(name) == schema, f"in docs/asyncapi.yaml:\n{yaml.safe_dump({name: schema}, sort_keys=False)}"
    assert set(written) == set(real) | set(UNIONS)


@pytest.mark.parametrize("union", UNIONS)
def test_a_union_names_every_message_and_can_be_told_apart(document: dict[str, Any], union: str) -> None:
    schemas = document["components"]["schemas"]
    names = [part["$ref"].rsplit("/", 1)[1] for part in schemas[union]["oneOf"]]
    assert names == [model.__name__ for model in UNIONS[union]]
    kinds = [schemas[name]["properties"]["type"]["const"] for name in names]
    assert [kind for kind in set(kinds) if kinds.count(kind) > 1] == (["error"] if union == "AnyServerEvent" else [])
    assert "gap" not in {*get_args(RejectionCode.__value__), *get_args(ErrorType.__value__)}


def test_every_message_has_a_type_that_is_required(document: dict[str, Any]) -> None:
    """Also those of the platform; the kiosk's messages are told apart by the name of their event."""
    found = [document["components"]["schemas"][model.__name__] for model in (*CLIENT, *SERVER)]
    found += [message["payload"] for message in document["channels"]["platform"]["messages"].values()]
    assert len(found) == 30
    assert all("type" in schema["required"] and schema["properties"]["type"]["const"] for schema in found)
    assert all("name" in message for message in document["channels"]["kiosk"]["messages"].values())


async def test_it_is_served(live_app: FastAPI) -> None:
    transport = httpx.ASGITransport(live_app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
        response = await http.get("/asyncapi.yaml")
    assert response.headers["content-type"] == "application/yaml"
    assert response.text == DOCUMENT.read_text()


def test_a_parser_finds_nothing_wrong() -> None:
    script = FOLDER / "check_asyncapi.mjs"
    checked = subprocess.run([installed_node(), script, DOCUMENT], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "3 channels, 6 operations" in checked.stdout


def test_every_message_goes_its_way(document: dict[str, Any]) -> None:
    messages = document["components"]["messages"]
    assert set(messages) == {model.__name__ for model in (*CLIENT, *SERVER)} | {"Audio"}
    operations = document["operations"]
    received = {message["$ref"].rsplit("/", 1)[1] for message in operations["interview_receive"]["messages"]}
    sent = {message["$ref"].rsplit("/", 1)[1] for message in operations["interview_send"]["messages"]}
    assert received == {model.__name__ for model in CLIENT} | {"Audio"}
    assert sent == {model.__name__ for model in SERVER}
    assert set(document["channels"]["interview"]["messages"]) == received | sent


def test_every_close_code_is_named(document: dict[str, Any]) -> None:
    closes = [value for value in vars(closing).values() if isinstance(value, CloseReason)]
    assert len(closes) > 10
    described = document["channels"]["interview"]["description"]
    assert not [close for close in closes if f"`{close.code}`" not in described]


def test_the_path_is_the_route(document: dict[str, Any]) -> None:
    from app.routers.websocket import router

    assert document["channels"]["interview"]["address"] == router.routes[0].path  # type: ignore[attr-defined]
