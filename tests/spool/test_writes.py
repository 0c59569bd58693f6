# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes from the request to the published article, and what must not lose them."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate
from werkzeug.test import TestResponse

from indexer.errors import IndexingError, ShrinkError, UsageError
from indexer.operating.keys import ApiKeys, new_key
from indexer.run.report import Report
from indexer.spool.layout import Spool
from tests.commands.test_cli import fihrist
from tests.conftest import Build
from web.app import create_app

NDJSON = "application/x-ndjson"


def article(name: str, title: str = "افتتاح الجسر الجديد", **more: str) -> dict[str, str]:
    return {"id": name, "title": title, "body": f"نص الخبر {name} كامل هنا. " * 8, "source": "newsroom", **more}


@dataclass
class Newsroom:
    """A server with a spool, the archive beside it, and keys with and without the right to write."""

    client: FlaskClient
    spool: Spool
    news: Path
    run: Callable[..., Report]
    writer: dict[str, str]
    other: dict[str, str]
    reader: dict[str, str]

    def post(self, *articles: object, **more: Any) -> TestResponse:
        body = "\n".join(json.dumps(one, ensure_ascii=False) for one in articles)
        stated = {"headers": self.writer, "content_type": NDJSON, **more}
        return self.client.post("/api/v1/articles", data=body, **stated)

    def delete(self, article_id: str) -> TestResponse:
        return self.client.delete(f"/api/v1/articles/{article_id}", headers=self.writer)

    def state(self, answer: TestResponse) -> dict[str, Any]:
        assert answer.status_code == 202, answer.text
        found = self.client.get(answer.headers["Location"], headers=self.writer)
        assert found.status_code == 200
        data: dict[str, Any] = found.get_json()
        return data

    def has(self, article_id: str) -> bool:
        status = self.client.get(f"/api/v1/articles/{article_id}").status_code
        assert status in (200, 404)
        return status == 200


@pytest.fixture
def newsroom(build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Newsroom:
    made = [new_key(name, may_write=name != "reader") for name in ("writer", "other", "reader")]
    keys, lines = zip(*made, strict=True)
    (tmp_path / "keys").write_text("\n".join(lines))
    for folder in ("spool", "news"):
        (tmp_path / folder).mkdir()
    for number in range(3):
        (tmp_path / "news" / f"{number}.json").write_text(json.dumps(article(f"old-{number}", "خبر قديم")))
    monkeypatch.setenv("FIHRIST_API_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("FIHRIST_SPOOL", str(tmp_path / "spool"))
    spool = Spool.at(str(tmp_path / "spool"))
    assert spool

    def run(**options: Any) -> Report:
        return build(tmp_path / "index", tmp_path / "news", **{"spool": spool, **options})

    run()
    client = create_app(tmp_path / "index").test_client()
    return Newsroom(client, spool, tmp_path / "news", run, *({"X-API-Key": key} for key in keys))


def test_an_article_waits_and_is_published_by_the_next_run(newsroom: Newsroom) -> None:
    answer = newsroom.post(article("cms-1"), article("cms-2", url="https://a.example/2"))
    first = newsroom.state(answer)
    assert answer.json == first
    assert (first["state"], first["generation"]) == ("waiting", None)
    ids = [one["id"] for one in first["articles"]]
    assert len(set(ids)) == 2
    assert not newsroom.has(ids[0])
    report = newsroom.run()
    assert (report.added, report.exit_code) == (2, 0)
    after = newsroom.state(answer)
    assert (after["state"], after["generation"]) == ("published", report.generation)
    assert {one["state"] for one in after["articles"]} == {"published"}
    assert all(map(newsroom.has, ids))
    assert newsroom.client.get(f"/api/v1/articles/{ids[0]}").json["article"]["source"] == "newsroom"  # type: ignore[index]  # an object


def test_writes_are_idempotent_by_id_and_by_address(newsroom: Newsroom) -> None:
    by_address = {name: text for name, text in article("x", url="https://a.example/7").items() if name != "id"}
    once = newsroom.state(newsroom.post(article("cms-1"), by_address))
    again = newsroom.post(article("cms-1"), by_address)
    assert newsroom.state(again)["articles"] == once["articles"]
    assert newsroom.run().added == 2
    changed = newsroom.post(article("cms-1", "عنوان مصحح"))
    report = newsroom.run()
    assert (report.added, report.changed) == (0, 1)
    assert newsroom.state(changed)["articles"][0]["id"] == once["articles"][0]["id"]
    newsroom.post(article("cms-1", "عنوان مصحح"))
    assert not newsroom.run().generation  # nothing changed


def test_the_last_of_contradictory_writes_holds(newsroom: Newsroom) -> None:
    first = newsroom.post(article("cms-1"))
    (id_,) = (one["id"] for one in newsroom.state(first)["articles"])
    deleted, back = newsroom.delete(id_), newsroom.post(article("cms-1"))
    newsroom.run()
    assert [newsroom.state(one)["articles"][0]["state"] for one in (first, deleted, back)] == [
        "replaced",
        "replaced",
        "published",
    ]
    assert newsroom.has(id_)
    newsroom.post(article("cms-1", "عنوان آخر"))
    gone = newsroom.delete(id_)
    newsroom.run()
    assert newsroom.state(gone)["articles"][0]["state"] == "removed"
    assert not newsroom.has(id_)
    assert not list(newsroom.spool.written.rglob("*.jsonl"))  # its text is nowhere any more
    both = newsroom.post(article("cms-1"), article("cms-1", "عنوان آخر"))
    assert (both.status_code, both.json["code"]) == (422, "invalid_article")  # type: ignore[index]  # an object


def test_writes_survive_rebuilds_and_removals_keep_articles_out(newsroom: Newsroom) -> None:
    (written,) = (one["id"] for one in newsroom.state(newsroom.post(article("cms-1")))["articles"])
    newsroom.run()
    old = newsroom.client.get("/api/v1/search?q=قديم&fields=id").json["results"][0]["id"]  # type: ignore[index]  # an object
    newsroom.delete(old)
    newsroom.run()
    assert not newsroom.has(old)
    report = newsroom.run(rebuild=True)
    assert (report.articles, report.kept_out) == (3, 1)
    assert newsroom.has(written)
    assert not newsroom.has(old)
    # The same article at another path is not let in either.
    (newsroom.news / "again").mkdir()
    for file in newsroom.news.glob("*.json"):
        (newsroom.news / "again" / file.name).write_bytes(file.read_bytes())
    assert newsroom.run(rebuild=True).articles == 3


def test_all_written_articles_may_be_removed(newsroom: Newsroom) -> None:
    (id_,) = (one["id"] for one in newsroom.state(newsroom.post(article("cms-1")))["articles"])
    newsroom.run()
    newsroom.delete(id_)
    assert newsroom.run().deleted == 1
    newsroom.post(article("cms-2"))
    newsroom.run()
    for path in newsroom.spool.written.rglob("*.jsonl"):
        path.unlink()  # as if the disk of the spool were not mounted
    with pytest.raises(ShrinkError):
        newsroom.run()


def test_a_run_that_stops_loses_nothing(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = newsroom.post(article("cms-1"))
    with monkeypatch.context() as patched:
        patched.setattr("indexer.reindex.publish_staged", _full)
        with pytest.raises(IndexingError):
            newsroom.run()
    assert newsroom.state(answer)["state"] == "waiting"
    newsroom.run(dry_run=True)
    assert newsroom.state(answer)["state"] == "waiting"
    newsroom.run()
    assert newsroom.state(answer)["state"] == "published"


def test_a_run_that_ends_after_publishing_is_made_up_for(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = newsroom.post(article("cms-1"))
    with monkeypatch.context() as patched:
        patched.setattr("indexer.spool.taking.keep_receipt", _full)
        report = newsroom.run()
    assert (report.added, report.exit_code) == (1, 3)
    assert "receipts cannot be written" in str(report.skipped[-1])
    assert newsroom.state(answer)["state"] == "waiting"
    again = newsroom.run()
    assert (again.generation, again.exit_code) == ("", 0)
    assert newsroom.state(answer)["generation"] == report.generation


def test_the_command_makes_keys_with_the_right(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, _ = fihrist(capsys, "key", "desk", "--write", "--json")
    made = json.loads(out)
    (tmp_path / "keys").write_text(made["line"])
    holder = ApiKeys.in_file(tmp_path / "keys").holder(made["key"])
    assert code == 0
    assert holder
    assert (holder.name, holder.rate, holder.may_write) == ("desk", None, True)
    (tmp_path / "keys").write_text(made["line"].replace(" write", " 600 wrote"))
    with pytest.raises(UsageError, match="line 1"):
        ApiKeys.in_file(tmp_path / "keys")


def _full(*_args: object, **_named: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_keeps_nothing_and_says_so(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    newsroom.state(newsroom.post(article("cms-1")))
    with monkeypatch.context() as patched:
        patched.setattr("indexer.spool.layout.os.fsync", _full)
        answer = newsroom.post(article("cms-2"))
    assert (answer.status_code, answer.json["code"]) == (503, "spool_unavailable")  # type: ignore[index]  # an object
    assert "Retry-After" in answer.headers
    assert len(newsroom.spool.waiting()) == 1
    assert not list((newsroom.spool.path / "temporary").iterdir())


@pytest.mark.parametrize("cut", [0, 1, 40, -1])
def test_a_request_file_that_is_half_written_is_set_aside(newsroom: Newsroom, cut: int) -> None:
    broken, whole = newsroom.post(article("cms-1")), newsroom.post(article("cms-2"))
    path = newsroom.spool.waiting()[0]
    path.write_bytes(path.read_bytes()[:cut])
    report = newsroom.run()
    assert (report.added, report.exit_code) == (1, 3)
    assert "not a whole request" in str(report.skipped[0])
    assert [one.name for one in newsroom.spool.damaged.iterdir()] == [path.name]
    state = newsroom.state(broken)
    assert state["state"] == "refused"
    assert "damaged" in state["reason"]
    assert newsroom.state(whole)["state"] == "published"
    assert newsroom.run().exit_code == 0


def test_only_a_key_with_the_right_writes(newsroom: Newsroom) -> None:
    def code(answer: TestResponse) -> tuple[int, str]:
        return answer.status_code, answer.json["code"]  # type: ignore[index]  # an object

    assert code(newsroom.post(article("a"), headers={})) == (401, "missing_key")
    assert code(newsroom.post(article("a"), headers={"X-API-Key": "guess"})) == (401, "invalid_key")
    assert code(newsroom.post(article("a"), headers=newsroom.reader)) == (403, "no_right")
    assert code(newsroom.client.delete(f"/api/v1/articles/{'0' * 16}", headers=newsroom.reader)) == (403, "no_right")
    place = newsroom.post(article("a")).headers["Location"]
    assert code(newsroom.client.get(place, headers=newsroom.other)) == (404, "write_not_found")
    assert code(newsroom.client.get(place, headers=newsroom.reader)) == (403, "no_right")
    assert code(newsroom.client.get("/api/v1/writes/..%2f..%2fkeys", headers=newsroom.writer))[0] == 404
    assert newsroom.client.get("/api/v1/search", headers=newsroom.reader).status_code == 200
    assert len(newsroom.spool.waiting()) == 1


@pytest.mark.parametrize(
    ("body", "media", "status", "said"),
    [
        (b"", "application/json", 422, "no article"),
        (b"{", "application/json", 422, "not JSON"),
        (b"[]", "application/json", 422, "not a JSON object"),
        (b'{"id": 1}', "application/json", 422, "no text"),
        (b'{"title": "\xd8\xae"', "application/x-ndjson", 422, "not JSON"),
        (b'{"title": "x", "body": "y"}', "application/json", 422, "neither an id nor a url"),
        (b'{"id": "a", "title": NaN}', "application/json", 422, "not a JSON number"),
        (b'{"articles": [{"title": "a"}, {"title": "b"}]}', "application/json", 422, "an object of its own"),
        (b"\xff", "application/json", 422, "not UTF-8"),
        (b"[" * 100_000, "application/json", 422, "not JSON"),
        (b'{"a":' * 100_000, "application/json", 422, "nested too deeply"),
        (b'{"id":"a","title":"x"}', "application/x-www-form-urlencoded", 415, "application/json"),
        (b'{"id":"a","title":"x"}\n' * 1_001, NDJSON, 422, "at most 1,000"),
        (b" " * (16 << 20) + b"{}", "application/json", 413, "16 MiB"),
    ],
)
def test_bodies_that_cannot_be_kept(newsroom: Newsroom, body: bytes, media: str, status: int, said: str) -> None:
    answer = newsroom.client.post("/api/v1/articles", data=body, content_type=media, headers=newsroom.writer)
    assert answer.status_code == status
    assert said in answer.json["detail"]  # type: ignore[index]  # an object
    assert newsroom.spool.waiting() == []


def test_a_body_in_chunks_is_not_cut(newsroom: Newsroom) -> None:
    line = json.dumps(article("a", body="ب" * 900_000)).encode()
    assert len(line) > 5_000_000
    body = b"\n".join(line.replace(b'"a"', b'"%d"' % number) for number in range(5))
    answer = newsroom.client.post(
        "/api/v1/articles",
        input_stream=BytesIO(body),
        content_type=NDJSON,
        headers=newsroom.writer,
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert answer.status_code == 413
    assert newsroom.spool.waiting() == []


def test_one_bad_line_keeps_all_out(newsroom: Newsroom) -> None:
    answer = newsroom.post(article("a"), {"id": "b"}, article("c"))
    assert answer.status_code == 422
    assert answer.json["detail"].startswith("line 2: no text")  # type: ignore[index]  # an object
    assert newsroom.spool.waiting() == []


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)
_NAMES = st.sampled_from(["id", "url", "title", "body", "date", "html", "_source", "articles", "message", "\ud800"])


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(_NAMES, _VALUES, max_size=5))
def test_any_object_is_kept_or_refused_and_what_is_kept_can_be_read(newsroom: Newsroom, value: dict[str, Any]) -> None:
    answer = newsroom.client.post(
        "/api/v1/articles", data=json.dumps(value), content_type="application/json", headers=newsroom.writer
    )
    assert answer.status_code in (202, 422), answer.text
    if answer.status_code == 202:
        report = newsroom.run()
        assert report.skipped == []
        assert newsroom.state(answer)["articles"][0]["state"] == "published"


def test_the_page_of_the_api_explains_each_write(newsroom: Newsroom) -> None:
    page = newsroom.client.get("/api/").get_data(as_text=True)
    for name in ("add_articles", "remove_article", "write_state"):
        section = page.partition(f'<section id="{name}">')[2].partition("</section>")[0]
        assert "a key with the right to write" in section
        assert "X-API-Key" in section
        assert "receipt" in section
        assert ("The answer is 202" in section) == (name != "write_state")
    assert "No address here changes anything" not in page


def test_the_page_of_a_server_without_writes_has_none(sample_index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FIHRIST_SPOOL", raising=False)
    page = create_app(sample_index).test_client().get("/api/").get_data(as_text=True)
    assert "add_articles" not in page
    assert "No address here changes anything" in page


def test_the_description_holds_the_writes_only_where_they_are_offered(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    offered = newsroom.client.get("/api/v1/openapi.json").json
    assert offered
    validate(offered)
    assert {"post"} <= set(offered["paths"]["/articles"])
    monkeypatch.setenv("FIHRIST_SPOOL", "-")
    plain = create_app(tmp_path / "index").test_client()
    description = plain.get("/api/v1/openapi.json").json
    assert description
    assert "/writes/{receipt}" not in description["paths"]
    assert "delete" not in description["paths"]["/articles/{id}"]
    assert "403" not in description["components"]["responses"]
    assert plain.delete(f"/api/v1/articles/{'0' * 16}", headers=newsroom.writer).status_code == 405


def test_settings_that_contradict_each_other(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="no folder"):
        Spool.at(str(tmp_path / "missing"))
    inside = Spool.at(str(newsroom.news))
    with pytest.raises(UsageError, match="lie in each other"):
        newsroom.run(spool=inside)
    monkeypatch.setenv("FIHRIST_API_KEYS", "-")
    with pytest.raises(UsageError, match="FIHRIST_API_KEYS"):
        create_app(tmp_path / "index")
