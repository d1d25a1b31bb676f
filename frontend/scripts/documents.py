"""Writes the documents that the page's types are made of: v1's OpenAPI document and the one of its live interview."""

import json
from pathlib import Path

import yaml

from app import installation
from app.routers.face import V1
from app.web.openapi import document

HERE = Path(__file__).resolve().parents[1]
live = yaml.safe_load(installation.asyncapi().read_text("utf-8"))
(HERE / "openapi.json").write_text(json.dumps(document(V1)))
(HERE / "asyncapi.json").write_text(json.dumps({"components": {"schemas": live["components"]["schemas"]}}))
