# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures how fast files are read and cleaned on one core: `python -m tests.bench.sources [FOLDER OF TREC FILES]`.

Without a folder the TREC files are those of ../shared, unpacked to a temporary folder; without ../shared they are made
from sample/. Each figure is the best of three runs, in processor time of this process, because other programs hardly
disturb that.
"""

from __future__ import annotations

import gzip
import importlib.metadata
import io
import json
import platform
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from indexer.cleaning import clean
from indexer.errors import SourceError
from indexer.sources import Record, read
from indexer.sources.decoding.decode import decode
from tests.conftest import ROOT, SHARED
from tests.sources.html_pages import TEMPLATES, Story

_MAX_BYTES = 1 << 30
_RUNS = 3
_PAGES = 500
_TREC = SHARED / "data" / "ant_v1.1_trec.tar.gz"


def main(arguments: list[str]) -> None:
    """Measures and prints the table."""
    print(f"Python {platform.python_version()}, trafilatura {importlib.metadata.version('trafilatura')}, {_machine()}")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        trec = _files(Path(arguments[0])) if arguments else _unpacked(folder)
        if trec:
            _row("TREC files, read", trec, False)
            _row("TREC files, read and cleaned", trec, True)
        if _TREC.exists():
            _row("the same in one tar.gz, read", [_TREC], False)
        pages = _flattened(folder / "flattened")
        _row("flattened pages, read", pages, False)
        _row("flattened pages, read and cleaned", pages, True)
        html = _html(folder / "html")
        _row("pages of HTML, read and cleaned", html, True)
        _row("JSON Lines, read and cleaned", [_lines(folder / "a.jsonl")], True)


def _row(what: str, files: list[Path], cleaned: bool) -> None:
    seconds, count = min(_timed(lambda: _count(files, cleaned)) for _ in range(_RUNS))
    megabytes = sum(path.stat().st_size for path in files) / 1e6
    rate = f"{count / seconds:>8.0f} articles a second"
    print(f"{what:<36} {count:>7} articles {megabytes:>7.1f} MB {seconds:>7.2f} s {rate}")


def _timed(action: Callable[[], int]) -> tuple[float, int]:
    start = time.process_time()
    count = action()
    return time.process_time() - start, count


def _count(files: Iterable[Path], cleaned: bool) -> int:
    count = 0
    for path in files:
        try:
            for record in read(path, max_bytes=_MAX_BYTES):
                if isinstance(record, Record):
                    count += 1
                    if cleaned:
                        clean(record)
        except SourceError:
            continue
    return count


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _unpacked(folder: Path) -> list[Path]:
    if not _TREC.exists():
        return []
    with tarfile.open(_TREC) as archive:
        for number, member in enumerate(archive):
            if member.isreg() and (content := archive.extractfile(member)) is not None:
                (folder / f"{number}.trec").write_bytes(content.read())
    return sorted(folder.glob("*.trec"))


def _stories() -> list[Story]:
    """Returns articles of ../shared, or of sample/ if that is missing."""
    path = SHARED / "data" / "ant_v1.1.jsonl.gz"
    data = (
        gzip.decompress(path.read_bytes())
        if path.exists()
        else (ROOT / "sample/atlas-journal/articles.jsonl").read_bytes()
    )
    rows = [json.loads(line) for line in io.BytesIO(data)][: _PAGES * 2]
    stories = [Story(row["title"], tuple(filter(None, row["body"].split("\n")))) for row in rows if row["body"]]
    return (stories * _PAGES)[:_PAGES]


def _flattened(folder: Path) -> list[Path]:
    """Returns pages like those of sample/ with other articles in them: the lines before and after the article stay."""
    folder.mkdir()
    samples = sorted(path for path in (ROOT / "sample").rglob("*.txt") if path.stem != "broken")
    pages = [decode(path.read_bytes()).text for path in samples]
    for number, story in enumerate(_stories()):
        blocks = pages[number % len(pages)].split("\n\n")
        text = "\n\n".join([*blocks[:2], story.title, *story.paragraphs, *blocks[-2:]])
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
    return sorted(folder.glob("*.txt"))


def _html(folder: Path) -> list[Path]:
    folder.mkdir()
    for number, story in enumerate(_stories()):
        page = TEMPLATES[number % len(TEMPLATES)](story)
        (folder / f"{number}.html").write_bytes(page.encode("utf-8", "ignore"))
    return sorted(folder.glob("*.html"))


def _lines(path: Path) -> Path:
    rows = ({"title": story.title, "body": "\n".join(story.paragraphs)} for story in _stories())
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def _machine() -> str:
    return f"{platform.machine()}, {platform.system()} {platform.release()}"


if __name__ == "__main__":
    main(sys.argv[1:])
