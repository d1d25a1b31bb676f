"""OpenAPI documents say all that generators of clients need, of every face."""

import re
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from app.config import Settings
from app.engines.documents.types import DocumentProblem
from app.errors import ErrorType
from app.main import faces_for
from app.models.values.kinds import LetterGrade
from app.services.results.wording import GRADES
from app.web.faces import Face
from app.web.openapi import document
from tests.web.notebook.face import NOTEBOOK

FACES = [*faces_for(Settings()), NOTEBOOK]
Json = dict[str, Any]
CLOSED = (
    "status", "category", "difficulty", "voice", "interview_type", "letter_grade", "overall_rating", "readiness_level",
    "role", "state", "type", "code", "decision", "priority", "label", "level", "source", "experience_level", "format",
    "unit", "accuracy",
)  # fmt: skip
"""Fields whose values are known."""
OPEN = {
    ("Remark", "category"),
    ("Suggestion", "category"),
    ("ErrorBody", "code"),
    ("ChartPoint", "label"),
    ("GenerateRequest", "role"),
    ("CodeOut", "code"),
    ("CodeOut", "label"),
    ("CreateCodeRequest", "label"),
    ("CreateCodesRequest", "label"),
    ("ConductedOut", "code"),
    ("JoinRequest", "code"),
}
"""Not these: headings, a status, labels, a job, access codes."""


def operations(face: Face) -> Iterator[tuple[str, Json]]:
    for path, methods in document(face)["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def schemas(face: Face) -> Json:
    found: Json = document(face)["components"]["schemas"]
    return found


def resolved(schema: Json, known: Json) -> Json:
    """What a schema is when it is not null."""
    real = [kind for kind in schema.get("anyOf", [schema]) if kind != {"type": "null"}]
    found: Json = real[0]
    while "$ref" in found:
        found = known[found["$ref"].rsplit("/", 1)[1]]
    return found


every_face = pytest.mark.parametrize("face", FACES, ids=lambda face: face.name)
V1 = FACES[0]


@every_face
def test_each_operation_is_in_one_tag_of_plain_letters(face: Face) -> None:
    for name, operation in operations(face):
        assert len(operation["tags"]) == 1 or face is NOTEBOOK, name
        assert all(re.fullmatch(r"[A-Za-z]+", tag) for tag in operation["tags"]), name


@every_face
def test_every_error_has_the_shape_of_the_face(face: Face) -> None:
    shape = {"$ref": f"#/components/schemas/{face.error_model.__name__}"}
    for name, operation in operations(face):
        for status, response in operation["responses"].items():
            if status.startswith("4"):
                assert response["content"] == {"application/json": {"schema": shape}}, (name, status)
        expected = {"401": "security" in operation, "413": "requestBody" in operation}
        expected[str(face.validation_status)] = bool(operation.get("parameters")) or "requestBody" in operation
        assert not {status for status, must in expected.items() if must} - operation["responses"].keys(), name
    assert not {"HTTPValidationError", "ValidationError"} & schemas(face).keys()


def test_every_limited_route_says_so() -> None:
    def is_limited(dependant: Dependant) -> bool:
        calls = (getattr(inner.call, "__qualname__", "") for inner in dependant.dependencies)
        return any(call.startswith(("limit_address", "limit_account")) for call in calls)

    paths = document(V1)["paths"]
    limited = [
        paths[route.path_format][method.lower()]
        for router in V1.routers
        for route in router.routes
        if isinstance(route, APIRoute) and is_limited(route.dependant)
        for method in route.methods or ()
    ]
    assert len(limited) > 8
    assert [operation["operationId"] for operation in limited if "429" not in operation["responses"]] == []


@every_face
def test_every_closed_set_is_an_enumeration(face: Face) -> None:
    known = schemas(face)
    for name, schema in known.items():
        for field, kind in schema.get("properties", {}).items():
            if face is V1 and field in CLOSED and (name, field) not in OPEN:
                assert {"enum", "const"} & resolved(kind, known).keys(), f"{name}.{field} is any text"
    assert not [name for name in known if name.endswith(("-Input", "-Output"))], "one name for a type"


def test_what_is_read_can_be_written() -> None:
    """The same named type stands in requests and responses."""
    known = schemas(V1)
    created, read = known["CreateSessionRequest"]["properties"], known["SessionOut"]["properties"]
    for field in ("interview_type", "difficulty", "voice"):
        assert created[field]["$ref"] == read[field]["$ref"]
    query = document(V1)["paths"]["/api/v1/interviews/sessions"]["get"]["parameters"]
    status = next(parameter for parameter in query if parameter["name"] == "status")
    assert read["status"] in status["schema"]["anyOf"]
    chart = document(V1)["paths"]["/api/v1/feedback/charts/{type}"]["get"]["parameters"][0]
    assert chart["schema"] == known["ChartOut"]["properties"]["type"]


def test_files_are_binary_on_both_ways() -> None:
    known = schemas(V1)
    for name in ("Body_upload_audio", "Body_upload_resume"):
        file = known[name]["properties"]["file"]
        assert (file["type"], file["format"]) == ("string", "binary")
        assert "contentMediaType" not in file
    for name, operation in operations(V1):
        content = operation["responses"].get("200", {}).get("content", {})
        kinds = [media for media in content if media not in ("application/json", "text/event-stream")]
        if kinds:
            assert "application/json" not in content, f"{name} has two types of response"
            assert all(content[media]["schema"] == {"type": "string", "format": "binary"} for media in kinds), name
            assert "application/octet-stream" in content, f"{name}: some generators know no other"


@every_face
def test_a_body_that_may_be_left_out_is_one_type(face: Face) -> None:
    optional = []
    for name, operation in operations(face):
        body = operation.get("requestBody", {"required": True, "content": {}})
        for content in body["content"].values():
            assert "anyOf" not in content["schema"], name
            optional += [name] if not body.get("required") else []
    assert len(optional) == {"v1": 7, "hiring": 1}.get(face.name, 0)


def test_fields_are_required_in_responses_and_have_no_default_in_requests() -> None:
    """openapi-typescript demands what has a default; openapi-fetch loses what is always null."""
    for name, schema in schemas(V1).items():
        fields = schema.get("properties", {})
        if name.endswith(("Request", "In")):
            assert not [field for field in fields.values() if "default" in field], name
        elif not name.startswith("Body_"):
            assert set(schema.get("required", ())) == {
                field for field, kind in fields.items() if kind.get("type") != "null"
            }, name


@every_face
def test_what_a_route_leaves_out_is_not_required(face: Face) -> None:
    """A generated client fails where a required field is missing."""
    for router in face.routers:
        for route in router.routes:
            if isinstance(route, APIRoute) and route.response_model_exclude_none:
                schema = schemas(face)[route.response_model.__name__]
                nullable = {
                    name for name, kind in schema["properties"].items() if {"type": "null"} in kind.get("anyOf", [])
                }
                assert nullable, f"{route.path} leaves nothing out"
                assert not nullable & set(schema["required"]), route.path


def test_values_that_differ_by_signs_have_names() -> None:
    grade = schemas(V1)["LetterGrade"]
    assert dict(zip(grade["enum"], grade["x-enum-varnames"], strict=True))["A+"] == "A_PLUS"
    assert len(set(grade["x-enum-varnames"])) == 11
    assert [name for _, name in GRADES] == list(get_args(LetterGrade.__value__))


def test_every_problem_of_a_document_is_an_error_type() -> None:
    """The one kind of code that is put together when the program runs."""
    problems = {f"document_{code}" for code in get_args(DocumentProblem) if code != "busy"}
    assert problems <= set(get_args(ErrorType.__value__))
