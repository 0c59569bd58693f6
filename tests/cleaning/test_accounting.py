# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that a run accounts for every file under the given paths: read, unchanged, skipped with a reason, or
ignored."""

from __future__ import annotations

import io
import json
import zipfile
from email.message import EmailMessage
from pathlib import Path
from quopri import encodestring
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer import cleaning, sources
from indexer.arabic.analyser import Analyser
from indexer.engine.local.generations import IndexFolder
from indexer.reading import NO_BODY
from indexer.run.report import Report
from tests.commands.test_cli import Streams, fihrist
from tests.conftest import Build

FIRST = "بدأت إدارة المتحف صباح اليوم نقل مئات القطع الأثرية إلى المبنى الجديد، وسط إجراءات أمنية مشددة."
SECOND = "وأوضحت أمينة المتحف أن النقل يستمر ثلاثة أسابيع، ثم تفتح القاعات أمام الزوار في مطلع الصيف."


def page(title: str) -> str:
    return (
        f'<!DOCTYPE html><html lang="ar"><head><title>{title}</title><meta property="og:type" content="article"></head>'
        f"<body><article><h1>{title}</h1><p>{FIRST}</p><p>{SECOND}</p><p>{title}.</p></article></body></html>"
    )


def saved_page(title: str) -> bytes:
    head = (
        "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://mathaf.example/7\r\nSubject: x\r\n"
        "Date: Tue, 14 Mar 2023 10:00:00 -0000\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; type="text/html"; boundary="b"\r\n\r\n--b\r\nContent-Type: image/png\r\n\r\n'
        "x\r\n--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    )
    return head.encode() + encodestring(page(title).encode()) + b"\r\n--b--\r\n"


def letter() -> bytes:
    message = EmailMessage()
    message["Subject"] = "نشرة المتحف: معرض الصيف"
    message["From"] = "المتحف <news@mathaf.example>"
    message["Date"] = "Tue, 14 Mar 2023 10:00:00 +0000"
    message["Message-ID"] = "<1@mathaf.example>"
    message.set_content(f"{FIRST}\n\n{SECOND}\n")
    message.add_alternative(f"<p>{FIRST}</p>", subtype="html")
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="a.png")
    return message.as_bytes()


def packed() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("2023/page", page("خبر في أرشيف مضغوط"))
        archive.writestr("2023/logo.png", b"\x89PNG\r\n\x1a\n\0")
        archive.writestr("2023/.hidden", "x")
    return out.getvalue()


READ: dict[str, bytes] = {
    "notes.txt": f"متحف المدينة ينتقل\n\n{FIRST}\n".encode(),
    "page": page("صفحة بلا امتداد").encode(),
    "page.php": f"\n<!-- x -->\n{page('صفحة من برنامج')}".encode(),
    "page.aspx": page("صفحة من خادم آخر").encode("utf-16"),
    "index.html@p=1": page("صفحة بسؤال").encode(),
    "news.php?id=7&img=a": page("صفحة بسؤالين").encode("cp1256"),
    "part.shtml": page("صفحة بأجزاء").encode(),
    "fragment.do": f"<div><h1>جزء من صفحة</h1><p>{FIRST}</p><p>{SECOND}</p></div>".encode(),
    "story.article": f"نص بامتداد غريب\n\n{FIRST}\n".encode("cp1256"),
    "saved.mhtml": saved_page("صفحة محفوظة"),
    "saved": saved_page("صفحة محفوظة بلا امتداد"),
    "letter.eml": letter(),
    "pack.zip": packed(),
}
IGNORED: dict[str, tuple[str, bytes]] = {
    "robots.txt": ("file for robots", b"User-agent: *\n"),
    "sitemap.xml": ("map of a site", b"<?xml version='1.0'?>\n<urlset><url/></urlset>"),
    "style.css@ver=6.1": ("style sheet", b"body{}"),
    "app.js?ver=6": ("script", "var a = 'مرحبا';".encode()),
    "a.jpg": ("image", b"\xff\xd8\xff\xe0"),
    "image": ("image", b"\x89PNG\r\n\x1a\n\0\0"),
    "vector": ("image", b"<?xml version='1.0'?><svg xmlns='x'></svg>"),
    "report.pdf": ("PDF", b"%PDF-1.4"),
    "report": ("PDF", b"%PDF-1.4\n\xde\xad"),
    "letter.docx": ("office document", b"PK\x03\x04"),
    "letter": ("office document", b"PK\x03\x04" + b"\0" * 26 + b"[Content_Types].xml"),
    "film": ("video", b"\0\0\0\x20ftypisom"),
    ".htaccess": ("hidden file", b"x"),
    "old.txt.bak": ("leftover of an editor", b"x"),
    "README": ("text that is not Arabic", b"Some words of a server\n"),
    "data.xyz": ("file of an unknown kind (.xyz)", bytes(range(256)) * 9),
    "nothing": ("empty file", b""),
}


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    folder = tmp_path / "mirror"
    (folder / ".cache").mkdir(parents=True)
    (folder / ".cache" / "x.txt").write_text("x", encoding="utf-8")
    for name, content in [*READ.items(), *((name, content) for name, (_, content) in IGNORED.items())]:
        (folder / name).write_bytes(content)
    return folder


def sums_up(report: Report) -> bool:
    return report.files == report.files_read + report.files_unchanged + report.files_skipped + report.files_ignored


def test_a_mirror_of_a_site_is_accounted_for(mirror: Path, tmp_path: Path, build: Build) -> None:
    (mirror / "bad.txt").write_bytes(b"\0\1\2\3" * 9)
    report = build(tmp_path / "index", mirror)
    assert (report.articles, report.files_read, report.exit_code) == (len(READ), len(READ), 3)
    assert [Path(skipped.path).name for skipped in report.skipped] == ["bad.txt"]
    kinds = [kind for kind, _ in IGNORED.values()]
    expected = {kind: kinds.count(kind) for kind in kinds} | {"hidden folder": 1}
    assert {kind: seen.count for kind, seen in report.ignored.items()} == expected
    assert {kind: seen.count for kind, seen in report.ignored_parts.items()} == {"image": 1, "hidden file": 1}
    assert report.ignored_parts["image"].example == f"{mirror}/pack.zip: 2023/logo.png"
    assert report.files == len(READ) + len(IGNORED) + 2
    assert sums_up(report)
    for name in READ:
        (mirror / name).touch()
    again = build(tmp_path / "index", mirror)
    assert (again.files_unchanged, again.files_read, again.files_ignored) == (len(READ), 0, len(IGNORED) + 1)
    assert (again.deleted, again.files) == (0, report.files)


@pytest.mark.parametrize("name", READ)
def test_the_content_of_a_file_decides_its_format(mirror: Path, name: str) -> None:
    items = [item for item in sources.read(mirror / name, max_bytes=1 << 20) if isinstance(item, sources.Record)]
    (record,) = items
    assert FIRST in record.text
    if name.startswith("saved"):
        assert (record.url, record.fetched) == ("https://mathaf.example/7", "Tue, 14 Mar 2023 10:00:00 -0000")
    if name == "letter.eml":
        assert (record.title, record.source) == ("نشرة المتحف: معرض الصيف", "المتحف")
        assert (record.published, "PNG" in record.text) == ("Tue, 14 Mar 2023 10:00:00 +0000", False)


def test_ignored_kinds_of_files_are_no_failure_and_reported_once(mirror: Path, tmp_path: Path, capsys: Streams) -> None:
    place = str(tmp_path / "index")
    code, _, err = fihrist(capsys, "index", str(mirror), "--index", place)
    assert code == 0
    (line,) = err.splitlines()
    assert line.startswith(f"ignored {len(IGNORED) + 1} of {len(READ) + len(IGNORED) + 1} files")
    assert "image 3" in line
    assert fihrist(capsys, "index", str(mirror), "--index", place) == (0, "", "")
    (mirror / "song.mp3").write_bytes(b"ID3")
    (mirror / "other.txt").write_text(f"خبر آخر\n\n{SECOND}\n", encoding="utf-8")
    code, out, err = fihrist(capsys, "index", str(mirror), "--index", place, "--json")
    assert "sound 1" in err
    found = json.loads(out)
    assert found["files"] == sum(found[f"files_{what}"] for what in ("read", "unchanged", "skipped", "ignored"))
    assert {"kind": "sound", "count": 1, "example": f"{mirror}/song.mp3"} in found["ignored"]


def test_a_folder_with_only_pictures_left_is_refused(mirror: Path, tmp_path: Path, build: Build) -> None:
    from indexer.errors import ShrinkError  # noqa: PLC0415  # of interest here only

    build(tmp_path / "index", mirror)
    for name in READ:
        (mirror / name).unlink()
    with pytest.raises(ShrinkError, match="holds no article file any more"):
        build(tmp_path / "index", mirror)


def test_lost_parts_of_articles_are_reported(tmp_path: Path, build: Build) -> None:
    news = tmp_path / "news"
    news.mkdir()
    rows = [{"title": f"خبر {n}", "body": FIRST, "author": n or "سلمى"} for n in range(4)]
    lines = [json.dumps(row) for row in [*rows, {"title": "خبر بلا نص"}]]
    (news / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (news / "b.jsonl").write_text(json.dumps({"title": "عنوان وحده"}), encoding="utf-8")
    (news / "c.txt").write_bytes(f"خبر مكسور\n\n{SECOND}".encode() + b" \xd8\xd8")
    report = build(tmp_path / "index", news)
    assert (report.articles, report.exit_code, report.skipped) == (7, 0, [])
    assert [(Path(w.path).name, w.where, w.reason) for w in report.warnings] == [
        ("a.jsonl", "line-2", "author is a number, not a text; so it is in 3 articles of the file"),
        ("a.jsonl", "line-5", NO_BODY),
        ("c.txt", "", "broken UTF-8 in 2 places, shown as U+FFFD"),
    ]
    assert len(report.to_dict()["warnings"]) == 3
    kept = IndexFolder(tmp_path / "index").last_report()
    assert kept["warnings"] == report.to_dict()["warnings"]


# Errors of the program itself


@pytest.mark.parametrize("error", [IndexError, RecursionError, UnicodeError, OSError, ZeroDivisionError, StopIteration])
@pytest.mark.parametrize(
    "where", ["indexer.sources.formats.text.decode", "indexer.cleaning.clean", "indexer.assemble.Article"]
)
def test_a_file_on_which_the_program_fails_is_named_and_left_out(
    tmp_path: Path, build: Build, monkeypatch: pytest.MonkeyPatch, error: type[Exception], where: str
) -> None:
    news = tmp_path / "news"
    news.mkdir()
    for name, text in (("a.txt", FIRST), ("b.txt", f"عثرة {SECOND}"), ("c.txt", SECOND)):
        (news / name).write_text(f"عنوان الخبر\n\n{text}", encoding="utf-8")
    module, _, name = where.rpartition(".")
    real = getattr(__import__(module, fromlist=[name]), name)

    def stumble(*arguments: Any, **named: Any) -> Any:
        if "عثرة".encode().hex() in _hex(arguments, named):
            raise error("لا شيء")
        return real(*arguments, **named)

    monkeypatch.setattr(where, stumble)
    report = build(tmp_path / "index", news)
    assert (report.articles, report.exit_code, report.files_skipped) == (2, 3, 1)
    (skipped,) = report.skipped
    assert skipped.path.endswith("b.txt")
    assert skipped.reason.startswith("an error in Fihrist; please report it: ")
    monkeypatch.undo()
    assert build(tmp_path / "index", news).added == 1


def _hex(arguments: tuple[Any, ...], named: dict[str, Any]) -> str:
    parts = [part if isinstance(part, bytes) else str(part).encode() for part in (*arguments, *named.values())]
    return b" ".join(parts).hex()


@pytest.mark.parametrize("batch", [1, 2, 5_000])
def test_an_article_on_which_analysis_fails_is_named_and_left_out(
    tmp_path: Path, build: Build, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    news = tmp_path / "news"
    news.mkdir()
    lines = [{"title": f"خبر {n}", "body": f"{FIRST} {n}"} for n in range(5)]
    lines[3]["body"] += " عثرة"
    (news / "a.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    (news / "b.txt").write_text(f"خبر عادي\n\n{SECOND}", encoding="utf-8")
    real = Analyser.words

    def words(self: Analyser, text: str) -> Any:
        if "عثرة" in text:
            raise IndexError("لا شيء")
        return real(self, text)

    monkeypatch.setattr(Analyser, "words", words)
    report = build(tmp_path / "index", news, batch=batch)
    assert (report.articles, report.added, report.exit_code) == (5, 5, 3)
    (skipped,) = report.skipped
    assert (Path(skipped.path).name, skipped.reason[:19]) == ("a.jsonl", "an error in Fihrist")
    monkeypatch.undo()
    assert build(tmp_path / "index", news, batch=batch).added == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(st.text(alphabet="ـ َُ\u200f\u200b\u00adﷲ:-–#()«»•©|/>1١a\n", max_size=12), max_size=6), st.booleans())
def test_lines_without_any_word_end_no_run(lines: list[str], last: bool) -> None:
    text = "\n".join([*lines, FIRST] if last else [FIRST, *lines, "ـــــــــ"])
    found = cleaning.clean(sources.Record("", text, flattened=True))
    assert FIRST in found.body + found.title
    cleaning.clean(sources.Record("", text, flattened=False, extracted=True, title="ـــ", author="ـ"))
