"""The examples of the document as somebody pastes them, and the collection for Postman, request by request."""

import asyncio
import json
import re
import shutil
from typing import Any

import httpx
import pytest

from tests.conftest import SHARED
from tests.dialects.coach.conftest import Api
from tests.live.support import LiveServer

DOCUMENT = SHARED.parent / "seeds" / "coach.md"
BASE = "http://127.0.0.1:5000"


async def test_the_curl_flow_runs_as_it_stands(server: LiveServer) -> None:
    if not DOCUMENT.exists() or shutil.which("curl") is None or shutil.which("jq") is None:
        pytest.skip("needs the coach's document, curl and jq")
    flow = DOCUMENT.read_text().split("Complete Interview Flow")[1].split("Postman Collection")[0]
    commands = [block.strip() for block in re.findall(r"```\n(.*?)```", flow, re.DOTALL)]
    assert len(commands) == 6
    printed = await run(server, commands)
    # The document's own quotes keep the shell from filling in the id, so these two requests are no JSON.
    errors = [found["error"] for found in printed if "error" in found]
    assert errors[:2] == ["The body is not JSON"] * 2
    assert "Nothing was answered" in errors[2]

    unquoted = [command.replace("$INTERVIEW_ID,", "'$INTERVIEW_ID',") for command in commands[3:4]]
    unquoted += [command.replace("$INTERVIEW_ID}", "'$INTERVIEW_ID'}") for command in commands[4:5]]
    printed = await run(server, [*commands[1:3], *unquoted, commands[5]])
    answered, completed, feedback = printed
    assert {"score", "feedback", "followup"} <= answered.keys()
    assert completed["message"] == "Interview completed successfully"
    assert {"strengths", "weaknesses", "roadmap", "resources"} <= feedback.keys()


async def run(server: LiveServer, commands: list[str]) -> list[dict[str, Any]]:
    """What commands of the document print, as JSON."""
    script = "\n".join(command.replace(BASE, f"http://127.0.0.1:{server.port}") for command in commands)
    script = re.sub(r"\\ *\n", "\\\n", script)  # Markdown's two spaces at the end of a line
    script = re.sub(r'"t$', '"timeSpent":30}\'', script, flags=re.MULTILINE)  # the page ends in the middle of a line
    process = await asyncio.create_subprocess_exec(
        "bash", "-euc", script.replace("curl ", "curl -s "), stdout=asyncio.subprocess.PIPE
    )
    output = (await process.communicate())[0].decode()
    assert process.returncode == 0
    decoder, found = json.JSONDecoder(), []
    while output := output.strip():
        value, end = decoder.raw_decode(output)
        found.append(value)
        output = output[end:]
    return found


async def test_the_collection_of_postman_runs_from_top_to_bottom(server: LiveServer, stranger: Api) -> None:
    collection = await stranger.found("GET", "/openapi/coach.postman.json")
    assert collection["info"]["schema"] == "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
    assert [folder["name"] for folder in collection["item"]] == ["Authentication", "Interviews", "Rounds", "Feedback"]
    variables = {entry["key"]: entry["value"] for entry in collection["variable"]}
    assert variables["base_url"] == f"http://127.0.0.1:{server.port}"

    statuses = {}
    for folder in collection["item"]:
        for item in folder["item"]:
            response = await send(server.http, item["request"], variables)
            statuses[item["name"]] = response.status_code
            variables |= {key: value for key, value in response.json().items() if key in variables}
    asking_for_ids = {"Submit Answer", "Complete Interview", "Start Round", "Complete Round", "Get Feedback"}
    for name, status in statuses.items():
        if name == "Upload Resume":  # whose file is chosen by hand
            assert status == 400
        elif name in {*asking_for_ids, "Get Results"}:  # those of the examples, which nobody has
            assert status == 404, name
        else:
            assert status in (200, 201), name
    assert len(statuses) == 13


async def send(http: httpx.AsyncClient, request: dict[str, Any], variables: dict[str, str]) -> httpx.Response:
    """A request of the collection as Postman sends it."""

    def filled(text: str) -> str:
        return re.sub(r"\{\{(\w+)\}\}", lambda name: variables[name[1]], text)

    url = filled(request["url"]["raw"])
    for variable in request["url"].get("variable", ()):
        url = url.replace(f":{variable['key']}", "987654321")
    headers = {header["key"]: header["value"] for header in request["header"]}
    if request["auth"]["type"] == "bearer":
        headers["Authorization"] = f"Bearer {filled(request['auth']['bearer'][0]['value'])}"
    body = request.get("body", {})
    fields = {field["key"]: field["value"] for field in body.get("formdata", ()) if field["type"] == "text"}
    content = filled(body["raw"]).encode() if body.get("mode") == "raw" else None
    return await http.request(request["method"], url, headers=headers, content=content, data=fields or None)
