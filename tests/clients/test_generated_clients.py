# SPDX-License-Identifier: GPL-3.0-or-later
"""Generates a Python and a TypeScript client, and calls every operation by each; two linters judge the document."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from indexer.operating.keys import new_key
from tests.clients.examples import calls
from tests.clients.typescript import program
from tests.conftest import ROOT
from tests.servers import running_server

HERE = Path(__file__).parent
PYTHON = ROOT / ".venv-clients" / "bin"
NODE = HERE / "node_modules" / ".bin"

pytestmark = pytest.mark.clients


KEY, LINE = new_key("newsroom", may_write=True)


@pytest.fixture(scope="module")
def server(sample_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that offers everything, writes included."""
    folder = tmp_path_factory.mktemp("server")
    (folder / "keys").write_text(LINE, encoding="utf-8")
    (folder / "spool").mkdir()
    with running_server(sample_index, api_keys=str(folder / "keys"), spool=str(folder / "spool")) as (host, port):
        yield f"http://{host}:{port}"


@pytest.fixture(scope="module")
def document(server: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file with the document of the running server; ``x-needs`` names one of the parameters that a call needs."""
    written = tmp_path_factory.mktemp("document") / "openapi.json"
    with urlopen(f"{server}/api/v1/openapi.json") as answer:
        described = json.load(answer)
    for path, item in described["paths"].items():
        if "{" not in path and "get" in item:
            try:
                urlopen(f"{server}/api/v1{path}").close()
            except HTTPError as error:  # of several parameters one must be given, which OpenAPI cannot say
                item["get"]["x-needs"] = [json.load(error)["param"]]
    written.write_text(json.dumps(described), encoding="utf-8")
    return written


def run(*command: str | Path, folder: Path, **environment: str) -> str:
    """Runs a command in ``folder``; returns what it prints."""
    if not Path(command[0]).exists():
        pytest.fail(f"{command[0]} is missing; run this test by `make test-clients`")
    done = subprocess.run(
        list(map(str, command)),
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("needed", [False, True])
def test_the_linters_find_nothing(document: Path, tmp_path: Path, needed: bool) -> None:
    """Both judge by all that they recommend; warnings fail, too."""
    described = json.loads(document.read_text(encoding="utf-8"))
    if needed:  # as the setting api_keys_needed has it
        described["security"].remove({})
    judged = tmp_path / "openapi.json"
    judged.write_text(json.dumps(described), encoding="utf-8")
    run(NODE / "spectral", "lint", "--fail-severity=hint", "--ruleset", HERE / "spectral.yaml", judged, folder=tmp_path)
    told = run(NODE / "redocly", "lint", "--config", HERE / "redocly.yaml", judged, folder=tmp_path)
    assert "warning" not in told.replace("Deprecation warning", ""), told


def test_a_python_client_calls_every_operation(server: str, document: Path, tmp_path: Path) -> None:
    path = f"{PYTHON}:{os.environ['PATH']}"  # the generator looks for its ruff there
    told = run(
        PYTHON / "openapi-python-client", "generate", "--path", document, "--output-path", tmp_path / "made",
        folder=tmp_path, PATH=path,
    )  # fmt: skip
    # It warns of the lines of JSON that POST /articles takes, too, since it cannot send such a body.
    assert "response" not in told, told
    assert "will not be generated" not in told, told
    search = os.pathsep.join((str(tmp_path / "made"), str(ROOT)))
    called = run(
        PYTHON / "python", "-X", "utf8", "-W", "error", "-m", "tests.clients.python_calls", document,
        f"{server}/api/v1", KEY, folder=tmp_path, PYTHONPATH=search,
    )  # fmt: skip
    expected = list(calls(json.loads(document.read_text(encoding="utf-8"))))
    assert called.count("\n") == len(expected) > 50


def test_a_typescript_client_calls_every_operation(server: str, document: Path, tmp_path: Path) -> None:
    (tmp_path / "node_modules").symlink_to(HERE / "node_modules")
    (tmp_path / "package.json").write_text('{"type": "module"}', encoding="ascii")
    (tmp_path / "tsconfig.json").write_bytes((HERE / "tsconfig.json").read_bytes())
    run(NODE / "openapi-typescript", document, "--output", tmp_path / "schema.ts", folder=tmp_path)
    expected = list(calls(json.loads(document.read_text(encoding="utf-8"))))
    (tmp_path / "calls.ts").write_text(program(expected, f"{server}/api/v1", KEY), encoding="utf-8")
    run(NODE / "tsc", "--project", tmp_path, folder=tmp_path)
    called = run(shutil.which("node") or "node", "calls.js", folder=tmp_path)
    assert called.count("\n") == len(expected) > 50
