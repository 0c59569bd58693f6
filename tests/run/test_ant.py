# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests all 10,161 files of the ANT corpus: a run, a run without changes, and a run after an edit and a deletion."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest

from indexer.search.archive import Archive
from indexer.search.query.request import SearchRequest

pytestmark = pytest.mark.slow

FILES = 10_161


def run(archive: Path, index: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "indexer.commands.cli", "index", str(archive), "--index", str(index), "--json"]
    result = subprocess.run(command, capture_output=True)
    assert (result.returncode, result.stderr.decode()) == (0, "")
    report: dict[str, Any] = json.loads(result.stdout)
    return report


def test_the_whole_corpus(shared: Path, tmp_path: Path) -> None:
    with tarfile.open(shared / "data" / "ant_v1.1_trec.tar.gz") as tar:
        tar.extractall(tmp_path / "ant", filter="data")
    archive, index = tmp_path / "ant", tmp_path / "index"

    first = run(archive, index)
    assert (first["files"], first["added"], first["articles"], first["skipped"]) == (FILES, FILES, FILES, [])
    peak_kilobytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert peak_kilobytes < 1_000_000

    second = run(archive, index)
    assert (second["unchanged"], second["generation"]) == (FILES, None)
    assert sum(second["seconds"].values()) < 5

    edited, deleted = sorted(archive.rglob("*.txt"))[1000:1002]
    edited.write_text(
        edited.read_text(encoding="utf-8").replace("</TEXT>", "كلمة zqxfihrist فريدة\n</TEXT>"), encoding="utf-8"
    )
    deleted.unlink()
    third = run(archive, index)
    assert (third["added"], third["changed"], third["deleted"], third["articles"]) == (0, 1, 1, FILES - 1)
    found = Archive(index).search(SearchRequest(q="zqxfihrist"))
    assert [hit.article.path for hit in found.hits] == [str(edited)]
    assert Archive(index).search(SearchRequest(q="تونس")).total > 1_000
