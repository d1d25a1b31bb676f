"""`docs/asyncapi.yaml` says what the code does."""

from typing import Any, get_args

import pytest
import yaml
from pydantic.json_schema import models_json_schema

from app.schemas import live
from app.services.live import closing
from app.services.live.closing import CloseReason
from tests.conftest import ROOT

CLIENT = get_args(live.AnyClientMessage)
SERVER = get_args(live.AnyServerEvent)


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "docs" / "asyncapi.yaml").read_text())
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
    assert set(written) == set(real)


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
