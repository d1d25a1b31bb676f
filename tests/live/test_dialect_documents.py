"""`docs/asyncapi.yaml` says of the two dialects what the code does."""

from collections.abc import Sequence
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from app.dialects.kiosk import events as kiosk_events
from app.dialects.kiosk.socket import COMMANDS, HELP, PATH
from app.dialects.platform import stream as platform_stream
from tests.conftest import ROOT

CHANNELS: dict[str, tuple[str, Sequence[type[BaseModel]], Sequence[type[BaseModel]]]] = {
    "platform": ("/api/interview/stream/{session_id}", platform_stream.CLIENT, platform_stream.SERVER),
    "kiosk": (PATH, kiosk_events.CLIENT, kiosk_events.SERVER),
}


def inlined(schema: Any, definitions: dict[str, Any]) -> Any:
    """A schema with what it refers to in the places where it refers to it."""
    if isinstance(schema, list):
        return [inlined(item, definitions) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return inlined(definitions[schema["$ref"].rsplit("/", 1)[1]], definitions)
    return {name: inlined(value, definitions) for name, value in schema.items() if name != "$defs"}


def messages(client: Sequence[type[BaseModel]], server: Sequence[type[BaseModel]]) -> dict[str, Any]:
    """What the code takes and sends, by the names of its classes."""
    found: dict[str, Any] = {}
    for models, mode in ((client, "validation"), (server, "serialization")):
        for model in models:
            schema = model.model_json_schema(mode="validation" if mode == "validation" else "serialization")
            event = getattr(model, "event", None)
            found[model.__name__] = ({"name": event} if event else {}) | {
                "payload": inlined(schema, schema.get("$defs", {}))
            }
    return found


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "docs" / "asyncapi.yaml").read_text())
    return found


@pytest.mark.parametrize("name", CHANNELS)
def test_a_channel_has_the_address_and_messages_of_the_code(document: dict[str, Any], name: str) -> None:
    address, client, server = CHANNELS[name]
    channel, real = document["channels"][name], messages(client, server)
    assert channel["address"] == address
    assert channel["messages"] == real, f"in docs/asyncapi.yaml:\n{yaml.safe_dump(real, sort_keys=False)}"


@pytest.mark.parametrize("name", CHANNELS)
def test_a_message_goes_its_way(document: dict[str, Any], name: str) -> None:
    _, client, server = CHANNELS[name]
    for operation, models in ((f"{name}_receive", client), (f"{name}_send", server)):
        listed = [message["$ref"] for message in document["operations"][operation]["messages"]]
        assert listed == [f"#/channels/{name}/messages/{model.__name__}" for model in models]


def test_every_wish_of_a_kiosk_is_named(document: dict[str, Any]) -> None:
    described = document["channels"]["kiosk"]["description"]
    assert not [wish for wish in (*HELP, *COMMANDS) if f"`{wish}`" not in described]
