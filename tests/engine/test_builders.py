# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests segments built by other processes: the same index, and no loss when a process or the whole run is killed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from indexer.article import Article, article_id
from indexer.engine.engines import store_at
from indexer.engine.local.clusters import clusters
from indexer.engine.local.whoosh_engine import WhooshEngine
from indexer.engine.queries import Filters, TermQuery
from indexer.errors import IndexingError
from indexer.operating.verify import verify
from indexer.search.archive import Archive
from indexer.search.query.request import SearchRequest
from tests.asking import page
from tests.conftest import ROOT, Build

BATCH = 1_000
STORIES = [" ".join(f"لفظ{story}و{word}" for word in range(20)) for story in range(40)]
EVERYTHING = Filters()


def articles(first: int) -> list[Article]:
    numbers = range(first, first + BATCH)
    return [
        Article(article_id(str(n)), f"خبر {n}", f"نص عن المدينة {n % 7} {STORIES[n % 40]}", f"/{n}") for n in numbers
    ]


def write(archive: Path, numbers: range) -> None:
    archive.mkdir(exist_ok=True)
    lines = [f'{{"id": "{number}", "title": "خبر {number}", "body": "نص عن المدينة {number}"}}\n' for number in numbers]
    (archive / f"{numbers.start}.jsonl").write_text("".join(lines), encoding="utf-8")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    write(tmp_path / "archive", range(3 * BATCH))
    return tmp_path / "archive"


def test_several_processes_build_the_same_index(engine: WhooshEngine, tmp_path: Path) -> None:
    answers = []
    for jobs in (1, 2):
        folder = tmp_path / str(jobs)
        folder.mkdir()
        writer = WhooshEngine(jobs).writer(folder, fresh=True)
        for first in (0, BATCH):
            writer.apply([], articles(first))
        # An article is removed from a segment that another process may still be building, and added again by this
        # process.
        writer.apply([article_id("3"), article_id(f"{BATCH}")], [*articles(3)[:1]])
        writer.finish()
        writer.close()
        searcher = engine.open(folder)
        found = page(searcher, TermQuery("stem", "مدينه"))
        copies = clusters.read(folder / clusters.NAME).heads.tolist()
        answers.append((searcher.count(), found.total, [hit.score for hit in found.hits], copies))
        assert not list(folder.glob("new-*"))
    assert answers[0] == answers[1]
    assert answers[0][0] == 2 * BATCH - 1
    assert len(set(answers[0][3])) == len(STORIES)


def test_a_killed_process_is_named(tmp_path: Path) -> None:
    writer = WhooshEngine(2).writer(tmp_path, fresh=True)
    writer.apply([], articles(0))
    writer.settle()
    builders = writer._builders
    assert builders is not None
    for process in list(builders._pool._processes.values()):
        process.kill()
        process.join()

    def go_on() -> None:
        writer.apply([], articles(BATCH))
        writer.settle()

    with pytest.raises(IndexingError, match="FIHRIST_JOBS"):
        go_on()
    writer.close()


def children(process: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks for processes in Linux's /proc")
def test_a_killed_run_leaves_no_process_and_the_old_index(archive: Path, build: Build, tmp_path: Path) -> None:
    index = tmp_path / "index"
    build(index, archive)
    write(archive, range(3 * BATCH, 12 * BATCH))
    run = subprocess.Popen(
        [sys.executable, "-m", "indexer.commands.cli", "index", str(archive), "--index", str(index)],
        env={**os.environ, "FIHRIST_BATCH": f"{BATCH}", "FIHRIST_JOBS": "2"},
        cwd=ROOT,
    )
    while not list((index / "staging").glob("new-*")) and run.poll() is None:
        time.sleep(0.01)
    builders = children(run.pid)
    run.kill()
    run.wait()
    assert builders
    for _ in range(100):
        if not any(map(alive, builders)):
            break
        time.sleep(0.1)
    else:
        pytest.fail("processes outlived the run that started them")
    results = Archive(index).search(SearchRequest(q="المدينة"))
    assert results.total == 3 * BATCH
    build(index, archive)
    assert Archive(index).search(SearchRequest(q="المدينة")).total == 12 * BATCH
    assert verify(store_at(index), "", lambda done, total: None).problems == ()


def alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"
