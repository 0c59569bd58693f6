# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the programs and curl commands that the documentation shows, unchanged, against a server."""

from __future__ import annotations

import html
import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from tests.conftest import ROOT
from tests.servers import running_server
from web.api.programs import JAVASCRIPT, PYTHON, SHELL

SHOWN = "http://127.0.0.1:8000"


@pytest.fixture(scope="module")
def server(sample_index: Path) -> Iterator[str]:
    with running_server(sample_index) as (host, port):
        yield f"http://{host}:{port}"


def totals(server: str) -> tuple[int, int]:
    """Returns how many full and how many partial matches the programs' search has."""
    with urlopen(f"{server}/api/v1/search?q={quote('جسر السنابل')}") as answer:
        found = json.load(answer)
    return found["total"], found["partial_total"]


def run(command: list[str], folder: Path) -> str:
    result = subprocess.run(command, capture_output=True, cwd=folder, timeout=60)
    assert result.returncode == 0, result.stderr.decode()
    return result.stdout.decode()


def needs(program: str) -> str:
    found = shutil.which(program)
    if not found:
        pytest.skip(f"there is no {program} here")
    return found


def test_python(server: str, tmp_path: Path) -> None:
    printed = run([sys.executable, "-X", "utf8", "-c", PYTHON.replace(SHOWN, server)], tmp_path)
    assert printed.count("\n") == sum(totals(server))
    assert "جسر السنابل" in printed


def test_javascript(server: str, tmp_path: Path) -> None:
    (tmp_path / "program.mjs").write_text(JAVASCRIPT.replace(SHOWN, server), encoding="utf-8")
    printed = run([needs("node"), "program.mjs"], tmp_path)
    # In the order by date, only articles with all words are listed.
    assert printed.count("\n") == totals(server)[0]


def test_shell(server: str, tmp_path: Path) -> None:
    needs("curl")
    run([needs("bash"), "-ec", SHELL.replace(SHOWN, server)], tmp_path)
    whole = (tmp_path / "articles.ndjson").read_text(encoding="utf-8")
    articles = [json.loads(line) for line in whole.split("\n")[:-1]]
    assert len(articles) > 5
    assert all(one["published_at"].startswith("2023") for one in articles)
    data = whole.encode()
    end = data.index(b"\n", 5_000) + 1
    for cut in (0, end, end + 3, end + 15, end + 300):  # at a line's end, inside the next id, inside the text
        (tmp_path / "articles.ndjson").write_bytes(data[:cut])
        run([needs("bash"), "-ec", SHELL.replace(SHOWN, server)], tmp_path)
        assert (tmp_path / "articles.ndjson").read_bytes() == data


def test_each_curl_command_of_the_documentation_page_works(server: str, tmp_path: Path) -> None:
    needs("curl")
    with urlopen(f"{server}/api/") as answer:
        page = answer.read().decode()
    shown = [html.unescape(line) for line in re.findall(r"<code>(curl .*?)</code>", page)]
    assert len(shown) == page.count("<section id=") - 3
    script = " && echo && ".join(line.replace("curl ", "curl --silent --show-error --fail ", 1) for line in shown)
    assert all(shlex.split(line) for line in shown)
    printed = run([needs("bash"), "-ec", script], tmp_path)
    answers = [line for line in printed.split("\n") if line.startswith('{"status": "ok"')]
    assert len(answers) == len(shown) - 2
    assert "<script" not in page


def test_the_curl_commands_of_the_documents_work(server: str, tmp_path: Path) -> None:
    needs("curl")
    for name in ("README.md", "docs/api.md"):
        lines = re.findall(r"^(?:\$ )?(curl --get .*)$", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
        assert lines
        for line in lines:
            answer = run([needs("bash"), "-ec", line.replace(SHOWN, server).replace("curl ", "curl -sSf ")], tmp_path)
            found = json.loads(answer)
            if "sort=" not in line:  # the other commands request something else
                assert found["total"] == sum(totals(server))
            assert found["total"] > 0
