# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests exports: complete, in a stable order, resumable, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
import json
import random
import tracemalloc
import zlib
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import brotli
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from indexer.article import Article
from indexer.commands.cli import main
from indexer.engine.local.articles import NumberedArticles
from indexer.engine.questions import Cluster
from indexer.search.answers.export import Export, lines, table
from indexer.search.query.parameters import EXPORT_FIELDS
from tests.conftest import ROOT, Build
from tests.switching import switched
from tests.web_fixtures import INFO, article
from web.app import create_app

NDJSON, CSV = "/api/v1/export.ndjson", "/api/v1/export.csv"


@pytest.fixture(scope="module")
def client(sample_index: Path) -> FlaskClient:
    return create_app(sample_index).test_client()


def records(client: FlaskClient, query: str = "") -> list[dict[str, Any]]:
    with client.get(f"{NDJSON}{query}") as answer:
        assert answer.status_code == 200, answer.data
        text = answer.get_data(as_text=True)
        total, sent = int(answer.headers["X-Total-Count"]), text.count("\n")
        assert total >= sent if "limit=" in query else total == sent
        assert answer.headers["Content-Disposition"] == "attachment; filename=fihrist.ndjson"
    return [json.loads(line) for line in text.split("\n")[:-1]]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?collapse=0",
        "?q=جسر",
        "?q=جسر&match=any&collapse=0",
        "?q=معصرة زيتون",
        "?source=nile-gazette&from=2021",
    ],
)
def test_an_export_has_all_counted_articles(client: FlaskClient, query: str) -> None:
    exported = records(client, query)
    joint = "&" if query else "?"
    found = client.get(f"/api/v1/search{query}{joint}per_page=100&facets=none").get_json()
    assert len(exported) == found["total"] > 0
    ids = [one["id"] for one in exported]
    assert ids == sorted(set(ids))
    if "collapse=0" in query:
        assert set(ids) == {one["id"] for one in found["results"]}
    full = found["results"][: found["total"]]
    assert {one["cluster_id"] for one in exported} == {one["cluster"]["id"] for one in full}


def test_a_query_without_results_exports_nothing(client: FlaskClient) -> None:
    for query in ("?q=لاشيءمنهذا", "?q=الجصر", "?source=none", "?q=source:none", "?q=..."):
        assert records(client, query) == []


def test_an_export_says_how_its_query_was_read(client: FlaskClient) -> None:
    for path in (NDJSON, CSV):
        for ask in (client.get, client.head):
            with ask(path, query_string={"q": "جسر AND (متحف OR سوق", "limit": "1"}) as answer:
                assert unquote(answer.headers["X-Query-Read-As"]) == "جسر (متحف | سوق)"
                assert "X-Warnings" not in answer.headers
    with client.get(NDJSON, query_string={"q": "الجصر date:2023-13 OR", "source": "none"}) as answer:
        assert unquote(answer.headers["X-Query-Read-As"]) == "الجصر"
        assert answer.headers["X-Warnings"] == "invalid_date, dangling_operator, unknown_name"
    with client.get(NDJSON, query_string={"q": "جسر " * 240 + "\r\nX: y"}) as answer:
        assert len(answer.headers["X-Query-Read-As"]) < 2_000
        assert unquote(answer.headers["X-Query-Read-As"]).endswith("…")
    corrected = client.get("/api/v1/search", query_string={"q": "جسر السنبال"}).get_json()
    assert corrected["query"]["corrections"]
    with client.get(NDJSON, query_string={"q": corrected["query"]["read_as"]}) as answer:
        assert answer.headers["X-Total-Count"] == str(corrected["total"])


def test_consecutive_pieces_make_up_the_whole_export(client: FlaskClient) -> None:
    for path, collapse in ((NDJSON, 0), (CSV, 0), (CSV, 1)):
        with (
            client.get(f"{path}?collapse={collapse}&limit=2") as part,
            client.get(f"{path}?collapse={collapse}") as all_,
        ):
            assert part.headers["X-Total-Count"] == all_.headers["X-Total-Count"]
            assert int(part.headers["X-Total-Count"]) > 60
    whole, pieces, cursor = records(client, "?collapse=0"), [], ""
    while piece := records(client, f"?collapse=0&limit=7&cursor={cursor}"):
        pieces += piece
        cursor = piece[-1]["id"]
    assert pieces == whole
    assert len(whole) == 66
    assert records(client, "?cursor=ffffffffffffffff") == []
    collapsed = records(client, "")
    assert records(client, f"?cursor={collapsed[9]['id']}") == collapsed[10:]


def test_a_cursor_stays_valid_when_the_archive_changes(tmp_path: Path, build: Build) -> None:
    news, index = tmp_path / "news", tmp_path / "index"
    news.mkdir()

    def put(*numbers: int) -> None:
        rows = [{"id": str(number), "title": f"خبر {number}", "body": f"نصّ الخبر رقم {number}"} for number in numbers]
        (news / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        build(index, news, allow_shrink=True)

    put(*range(40))
    client = create_app(index).test_client()
    first = records(client, "?collapse=0&limit=20")
    put(*range(20, 60))
    rest = records(client, f"?collapse=0&cursor={first[-1]['id']}")
    seen = [one["id"] for one in first + rest]
    assert seen == sorted(set(seen))
    stayed = {one["title"] for one in first + rest}
    assert {f"خبر {number}" for number in range(20, 40)} <= stayed


def test_a_record_has_the_values_of_a_result(client: FlaskClient) -> None:
    (one,) = records(client, "?cursor=dd17c50d1a401cd5&limit=1")
    assert tuple(one) == EXPORT_FIELDS
    whole = client.get(f"/api/v1/articles/{one['id']}").get_json()["article"]
    assert one["cluster_id"] == whole["cluster"]["id"]
    for name in set(EXPORT_FIELDS) - {"cluster_id", "cluster_size"}:
        assert one[name] == whole[name], name
    assert list(records(client, "?limit=1&fields=title,id")[0]) == ["id", "title"]


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(StringIO(text, newline="")))


def test_a_table_has_the_same_values(client: FlaskClient) -> None:
    with client.get(f"{CSV}?q=جسر") as answer:
        assert answer.mimetype == "text/csv"
        head, *body = rows(answer.get_data(as_text=True))
    assert tuple(head) == EXPORT_FIELDS
    assert [[cell or None for cell in row] for row in body] == [
        ["; ".join(value) or None if isinstance(value, list) else value and str(value) for value in one.values()]
        for one in records(client, "?q=جسر")
    ]
    with client.get(f"{CSV}?bom=1&limit=1&fields=id") as answer:
        assert answer.data.startswith(b"\xef\xbb\xbfid\r\n")
    with client.get(f"{CSV}?header=0&limit=1&fields=id") as answer:
        assert len(answer.data) == 18
    with client.get(f"{CSV}?header=0&q=لاشيءمنهذا") as answer:
        assert answer.data == b""


HOSTILE = ["=1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=a|' /C b'!A0", "\uff1d1", "\u2028", "a\r\nb", '"', "\x00"]
ANY_TEXT = st.text(st.characters(codec=None), max_size=30) | st.sampled_from([*HOSTILE, "\ud800"])


@given(st.lists(st.tuples(ANY_TEXT, ANY_TEXT), max_size=50))
def test_any_text_is_exported_without_spreadsheet_formulas(texts: list[tuple[str, str]]) -> None:
    found = [(article(str(n), title=title, body=body), Cluster("0" * 16, 1)) for n, (title, body) in enumerate(texts)]
    export = Export(INFO, len(found), found)
    written = "".join(lines(export, ("title", "body")))
    assert written.encode("utf-8").count(b"\n") == len(texts)
    read = [json.loads(line) for line in written.split("\n")[:-1]]

    def kept(text: str) -> str:
        return "".join("\ufffd" if "\ud800" <= letter <= "\udfff" else letter for letter in text)

    assert [(one["title"] or "", one["body"]) for one in read] == [(kept(t), kept(b)) for t, b in texts]
    cells = rows("".join(table(export, ("title", "body"), header=False)))
    assert len(cells) == len(texts)
    for row, pair in zip(cells, texts, strict=True):
        for cell, text in zip(row, pair, strict=True):
            assert cell in (kept(text), f"'{kept(text)}")
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20"))


def test_the_command_writes_the_same_export(
    sample_index: Path, client: FlaskClient, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fihrist(*arguments: str) -> bytes:
        assert main([*arguments, "--index", str(sample_index)]) == 0
        return capfdbinary.readouterr().out

    monkeypatch.chdir(ROOT)
    assert [json.loads(line) for line in fihrist("export").decode().splitlines()] == records(client)
    with client.get(f"{CSV}?q=جسر&source=alrafidain-today&source=b&collapse=0&bom=1&limit=2") as answer:
        options = ["--source", "alrafidain-today", "--source", "b", "--all-copies", "--bom", "--limit", "2"]
        assert fihrist("export", "جسر", "--format", "csv", *options) == answer.data
    assert main(["export", "--index", str(sample_index), "--from", "x"]) == 2
    assert b"YYYY-MM-DD" in capfdbinary.readouterr().err


def test_the_command_creates_keys(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["key", "newsroom", "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["line"].endswith(" newsroom")
    assert main(["key", "newsroom"]) == 0
    output = capsys.readouterr()
    assert len(output.out.split()) == 2
    assert "shown only now" in output.err
    assert main(["key", "a b"]) == 2


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory, build: Build) -> FlaskClient:
    """An archive of 3,000 articles of 150 words each."""
    folder = tmp_path_factory.mktemp("many")
    chosen = random.Random(20211204)
    words = ["".join(chosen.choices("بتجدرسفقكلمنهي", k=chosen.randint(3, 7))) for _ in range(2_000)]
    (folder / "news").mkdir()
    with (folder / "news" / "a.jsonl").open("w", encoding="utf-8") as file:
        for number in range(3_000):
            row = {"id": str(number), "title": f"خبر {number}", "body": " ".join(chosen.choices(words, k=150))}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    build(folder / "index", folder / "news")
    return create_app(folder / "index").test_client()


@pytest.mark.folder
def test_an_export_is_sent_while_it_is_made(sample_index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fetched: list[int] = []
    read = NumberedArticles.article

    def counted(self: NumberedArticles, doc: int) -> Article:
        fetched.append(doc)
        return read(self, doc)

    monkeypatch.setattr(NumberedArticles, "article", counted)
    client = create_app(sample_index).test_client()
    for accepted in ("identity", "gzip", "br"):
        fetched.clear()
        with client.get(NDJSON, headers={"Accept-Encoding": accepted}, buffered=False) as answer:
            assert answer.is_streamed
            assert len(fetched) <= 20
            assert answer.data
        assert len(fetched) > 40


@pytest.mark.parametrize("accepted", ["identity", "gzip", "br"])
def test_an_export_takes_no_more_memory_than_a_piece_of_it(many: FlaskClient, accepted: str) -> None:
    """Of 3,000 articles and several megabytes, less than one megabyte is in memory at any moment.

    A cluster sends 500 articles at a time, which take some 6 MB as bytes, as JSON and as articles.
    """
    sizes = []
    for _ in range(2):  # the first export fills permanent caches
        tracemalloc.start()
        with many.get(f"{NDJSON}?collapse=0", headers={"Accept-Encoding": accepted}, buffered=False) as answer:
            assert answer.status_code == 200
            assert answer.headers.get("Content-Encoding", "identity") == accepted
            unpack = {"gzip": zlib.decompressobj(31).decompress, "br": brotli.Decompressor().process}.get(accepted)
            sizes = [len(unpack(piece) if unpack else piece) for piece in answer.iter_encoded()]
        grown = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert sum(sizes) > 3_000_000
    assert grown < (8_000_000 if switched() else 1_000_000)
