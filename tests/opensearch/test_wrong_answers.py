# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that commands and pages bear servers that are no cluster, refuse, or answer what no cluster answers.

They need no nodes: `faulty` answers.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer import deadline
from indexer.engine.opensearch.addresses import PASSWORD, ClusterAddress
from indexer.engine.opensearch.cluster import ClusterClient
from indexer.errors import DamagedIndexError, FihristError, TooSlowError, UnavailableIndexError, UsageError
from tests.commands.test_cli import Streams, fihrist
from tests.conftest import ROOT
from tests.opensearch.faulty import Asked, Faulty, Reply, faulty, refused
from web.app import create_app

VERSION = Reply.of({"version": {"distribution": "opensearch", "number": "2.19.6"}})
WHOLE = {"timed_out": False, "_shards": {"total": 1, "successful": 1, "failed": 0}, "hits": {"hits": []}}
PAGE = b'<!doctype html><html><body style="display:block">Sign in</body></html>'

UNREADABLE = "cannot be read .*check the address"
STATUS = "answers with the status 30.*check the address"
NO_CLUSTER = "no cluster of OpenSearch: it calls itself {}; check the address"
REPLIES = {
    "a page": (Reply(PAGE, kind="text/html"), 1, UNREADABLE),
    "a text": (Reply(b"ok", kind="text/plain"), 1, UNREADABLE),
    "nothing": (Reply(b""), 1, UNREADABLE),
    "a list": (Reply.of([]), 1, UNREADABLE),
    "an object": (Reply.of({"message": "hello"}), 1, UNREADABLE),
    "null": (Reply.of(None), 1, UNREADABLE),
    "a number": (Reply.of(3), 1, UNREADABLE),
    "half a value": (Reply(b'{"_source": '), 1, UNREADABLE),
    "deep lists": (Reply(b"[" * 200_000), 1, UNREADABLE),
    "no UTF-8": (Reply(b"\xff\xfe\xff"), 1, "cannot be reached .*check that it runs"),
    "half an answer": (Reply(b'{"found": false}', cut=True), 1, "cannot be reached .*check that it runs"),
    "a page with 502": (Reply(PAGE, 502, "text/html"), 1, "status 502; look at its health"),
    "a page with 404": (Reply(PAGE, 404, "text/html"), 1, "status 404.*check the address"),
    "a list with 400": (Reply.of([], 400), 1, UNREADABLE),
    "a redirect": (Reply(b"", 301, headers=(("Location", "https://example.invalid/"),)), 1, STATUS),
    "a login": (Reply(PAGE, 302, "text/html", (("Location", "/login"),)), 1, STATUS),
    "wrong user": (refused(401, "security_exception"), 2, f"the user; check FIHRIST_CLUSTER_USER and {PASSWORD}"),
    "no rights": (refused(403, "security_exception", "no permissions for [indices:x]"), 2, r"not allow.*\[indices:x\]"),
    "read-only": (refused(403, "cluster_block_exception", "blocked by: [FORBIDDEN/5/index read-only]"), 1, "no writes"),
    "rejecting": (refused(429, "rejected_execution_exception"), 1, "more to do than it can.*try again later"),
    "no manager": (refused(503, "cluster_manager_not_discovered_exception"), 1, "look at its health"),
    "broken": (refused(500, "exception"), 1, "look at its health"),
    "not understood": (refused(400, "illegal_argument_exception"), 1, "does not understand.*--rebuild"),
    "too large": (refused(413, "x"), 1, "http.max_content_length"),
}  # fmt: skip


@pytest.fixture
def server() -> Iterator[Faulty]:
    with faulty() as started:
        yield started


def test_commands_say_what_is_wrong(server: Faulty, capsys: Streams, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    others = (["search", "خبر"], ["stats"], ["verify"], ["rollback"])
    for number, (name, (reply, code, message)) in enumerate(REPLIES.items()):
        # Every command would take long with each of the replies, and they are handled in one place.
        for command in (["index", str(ROOT / "sample")], others[number % len(others)]):
            server.rule = lambda asked, reply=reply: VERSION if asked.path == "/" else reply  # type: ignore[misc]  # mypy#15459
            found = fihrist(capsys, *command, "--index", server.address("news"))
            assert (found[0], found[1]) == (code, ""), (name, command, found)
            assert re.search(message, found[2]), (name, command, found)
            assert found[2].startswith("fihrist: "), (name, command, found)
            assert found[2].count("\n") == 1, (name, command, found)


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"version": {"number": "8.1.0", "build_flavor": "default"}}, NO_CLUSTER.format("nothing 8.1.0")),
        ({"version": {"number": "2.1", "distribution": "x"}}, NO_CLUSTER.format("x 2.1")),
        ({"version": {"number": "1.3.20", "distribution": "opensearch"}}, "OpenSearch 1.3.20; .* needs 2.13 or newer"),
        ({"version": {"number": "two", "distribution": "opensearch"}}, "runs OpenSearch two; .* needs 2.13 or newer"),
        ({"version": [1]}, NO_CLUSTER.format("nothing")),
        ([], NO_CLUSTER.format("nothing")),
    ],
)  # fmt: skip
def test_what_is_no_cluster_or_too_old_is_named(server: Faulty, capsys: Streams, told: object, message: str) -> None:
    server.rule = lambda asked: Reply.of(told) if asked.path == "/" else None
    for command in (["search", "خبر"], ["verify"], ["index", str(ROOT / "sample")]):
        code, out, err = fihrist(capsys, *command, "--index", server.address("news"))
        assert (code, out) == (2, "")
        assert re.search(message, err), (command, err)


def test_pages_answer_503(server: Faulty, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    client = create_app(index=server.address("news")).test_client()
    others = "/", "/about", "/api/v1/search?q=خبر", "/articles/dd17c50d1a401cd6", "/articles/dd17c50d1a401cd6.bib"
    for number, (name, (reply, _, _)) in enumerate(REPLIES.items()):
        server.rule = lambda asked, reply=reply: VERSION if asked.path == "/" else reply  # type: ignore[misc]  # mypy#15459
        # Every path would take long with each of the replies, and they are handled in one place.
        for path in ("/?q=خبر", others[number % len(others)]):
            answer = client.get(path)
            assert answer.status_code == 503, (name, path)
            assert answer.headers["Retry-After"] == "120"
        ready = client.get("/readyz")
        assert ready.status_code == 503
        assert ready.get_json()["code"] in {"unavailable_index", "damaged_index", "usage"}, name
        assert client.get("/healthz").status_code == 200


def cluster_at(server: Faulty, *more: str) -> ClusterClient:
    return ClusterClient(ClusterAddress.parse(server.address("news")))


def test_what_is_busy_is_asked_again_within_bounds(server: Faulty, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    for status in (429, 503):
        server.asked.clear()
        waited.clear()
        busy = server.first(2, refused(status, "rejected_execution_exception"))
        with server.answering(lambda asked, busy=busy: busy(asked) or Reply.of(WHOLE)):  # type: ignore[misc]  # mypy#15459
            assert cluster_at(server).search("news.articles-1", {}) == WHOLE
        assert len(server.asked) == 3
        server.asked.clear()
        with server.answering(lambda asked, status=status: refused(status, "x")), pytest.raises(UnavailableIndexError):  # type: ignore[misc]  # mypy#15459
            cluster_at(server).search("news.articles-1", {})
        assert len(server.asked) == 5
        assert max(waited) < 1.5
        server.asked.clear()
        with server.answering(lambda asked, status=status: refused(status, "x")), pytest.raises(UnavailableIndexError):  # type: ignore[misc]  # mypy#15459
            cluster_at(server).refresh("news.articles-1")
        assert len(server.asked) == 9
        assert sum(waited) < 40


PARTS = {
    "shards failed": {**WHOLE, "_shards": {"total": 3, "successful": 2, "failed": 1}},
    "shards missing": {**WHOLE, "_shards": {"total": 3, "successful": 2, "failed": 0}},
    "no shards told": {name: value for name, value in WHOLE.items() if name != "_shards"},
    "no hits": {name: value for name, value in WHOLE.items() if name != "hits"},
    "hits that are none": {**WHOLE, "hits": {"hits": {}}},
    "an error": {"error": {"type": "search_phase_execution_exception", "reason": "x"}, "status": 503},
}


@pytest.mark.parametrize("part", PARTS.values(), ids=list(PARTS))
def test_a_part_is_not_taken_for_the_whole(server: Faulty, part: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    cluster = cluster_at(server)
    several = {"responses": [WHOLE, part]}
    server.rule = lambda asked: Reply.of(several if asked.path.endswith("_msearch") else part)
    with pytest.raises(UnavailableIndexError, match=r"look at its health|cannot be read"):
        cluster.search("news.articles-1", {})
    with pytest.raises(UnavailableIndexError, match=r"look at its health|cannot be read"):
        cluster.searches([("news.articles-1", {}), ("news.articles-1", {})])


def test_a_search_that_the_nodes_ended_early_is_too_slow(server: Faulty) -> None:
    early = {**WHOLE, "timed_out": True}
    server.rule = lambda asked: Reply.of({"responses": [early]} if asked.path.endswith("_msearch") else early)
    with pytest.raises(TooSlowError):
        cluster_at(server).search("news.articles-1", {})
    with pytest.raises(TooSlowError):
        cluster_at(server).searches([("news.articles-1", {})])


def test_no_answer_may_be_missing(server: Faulty) -> None:
    """Fewer answers than questions: an article would not be found, or a document not be written."""
    cluster = cluster_at(server)
    answers: tuple[object, ...] = ({"responses": [WHOLE]}, {"responses": {}}, {"responses": None})
    for answer in answers:
        server.rule = lambda asked, answer=answer: Reply.of(answer)  # type: ignore[misc]  # mypy#15459
        with pytest.raises(UnavailableIndexError, match="cannot be read"):
            cluster.searches([("a", {}), ("b", {})])
    server.rule = lambda asked: Reply.of({"docs": []})
    with pytest.raises(UnavailableIndexError, match="cannot be read"):
        cluster.documents("news.blobs", ["1"])
    for errors in (True, False):
        server.rule = lambda asked, errors=errors: Reply.of({"errors": errors, "items": []})  # type: ignore[misc]  # mypy#15459
        with pytest.raises(UnavailableIndexError, match="cannot be read"):
            cluster.bulk("news.articles-1", [("1", "{}")])


def test_a_block_is_not_the_fault_of_a_document(server: Faulty) -> None:
    """Otherwise each article of the run would be left out, and the rest be published."""
    blocked = {"type": "cluster_block_exception", "reason": "index [x] blocked by: [FORBIDDEN/8/index write]"}
    gone = {"type": "index_not_found_exception", "reason": "no such index [x]"}
    for status, cause, wanted, told in (
        (403, blocked, UnavailableIndexError, "takes no writes: .*remove the block"),
        (404, gone, DamagedIndexError, "lacks a part of the index: no such index"),
        (403, {"type": "security_exception", "reason": "no permissions"}, UsageError, "no permissions"),
        (500, {"type": "x", "reason": "disk failed"}, UnavailableIndexError, "disk failed"),
    ):
        item = {"index": {"_id": "1", "status": status, "error": cause}}
        server.rule = lambda asked, item=item: Reply.of({"errors": True, "items": [item]})  # type: ignore[misc]  # mypy#15459
        error: type[FihristError] = wanted
        with pytest.raises(error, match=told):
            cluster_at(server).bulk("x", [("1", "{}")])
    item = {"index": {"_id": "1", "status": 400, "error": {"type": "mapper_parsing_exception", "reason": "no"}}}
    server.rule = lambda asked: Reply.of({"errors": True, "items": [item]})
    (rejected,) = cluster_at(server).bulk("x", [("1", "{}")])
    assert (rejected.id, rejected.status) == ("1", 400)


def test_a_slow_cluster_is_not_waited_for_longer_than_a_search_may_take(server: Faulty) -> None:
    server.rule = lambda asked: Reply.of(WHOLE, seconds=3)
    start = time.monotonic()
    deadline.begin(1.0)
    try:
        with pytest.raises((TooSlowError, UnavailableIndexError)):
            cluster_at(server).search("news.articles-1", {})
    finally:
        deadline.end()
    # Each of at most five tries takes at least half a second.
    assert time.monotonic() - start < 2.9


def test_a_walk_goes_on_where_the_moment_is_lost(server: Faulty) -> None:
    """A point in time ends with one of the nodes that keep it."""
    made = iter(range(1, 100))
    lost = {"pit1"}

    def rule(asked: Asked) -> Reply:
        if asked.path.endswith("point_in_time"):
            return Reply.of({"pit_id": f"pit{next(made)}"})
        (body,) = asked.lines()
        first = body.get("search_after", [0])[0]
        if body["pit"]["id"] in lost and first:
            return refused(404, "search_context_missing_exception")
        hits = [{"_id": str(n), "sort": [n, 1, 0]} for n in range(first + 1, min(first + 3, 6))]
        return Reply.of({**WHOLE, "hits": {"hits": hits}})

    server.rule = rule
    found = [hit["_id"] for hit in cluster_at(server).scan("x", {}, page=2)]
    assert found == ["1", "2", "3", "4", "5"]
    lost |= {f"pit{number}" for number in range(100)}
    with pytest.raises(DamagedIndexError):
        list(cluster_at(server).scan("x", {}, page=2))


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A file with the key and the certificate of a server that calls itself localhost."""
    if not shutil.which("openssl"):
        pytest.skip("needs the program openssl (on Debian: apt-get install openssl)")
    path = tmp_path / "server.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(path), "-out", str(tmp_path / "ca.pem")]
    subprocess.run([*made, *names], check=True, capture_output=True)
    with path.open("ab") as file:
        file.write((tmp_path / "ca.pem").read_bytes())
    return path


def test_an_unknown_authority_is_refused(certificate: Path, capsys: Streams, monkeypatch: pytest.MonkeyPatch) -> None:
    with faulty(certificate=certificate) as server:
        server.rule = lambda asked: VERSION if asked.path == "/" else None
        address = server.address("news", "opensearchs")
        code, _, err = fihrist(capsys, "search", "خبر", "--index", address)
        assert code == 1
        assert re.search("certificate that is not trusted .*FIHRIST_CLUSTER_CA", err)
        assert server.asked == []
        monkeypatch.setenv("FIHRIST_CLUSTER_CA", str(certificate.parent / "ca.pem"))
        code, _, err = fihrist(capsys, "search", "خبر", "--index", address)
        assert code == 1
        assert "there is no index in" in err
        monkeypatch.delenv("FIHRIST_CLUSTER_CA")
        code, _, err = fihrist(capsys, "search", "خبر", "--index", server.address("news"))
        assert code == 1
        assert "opensearchs:// if it speaks TLS" in err


def test_a_password_is_sent_to_nobody_unknown_and_shown_nowhere(
    server: Faulty, certificate: Path, capsys: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIHRIST_CLUSTER_USER", "reader")
    monkeypatch.setenv(PASSWORD, "open sesame")
    server.rule = lambda asked: refused(401, "x")
    code, out, err = fihrist(capsys, "search", "خبر", "--index", server.address("news"))
    assert code == 2
    assert "sesame" not in out + err
    code, _, err = fihrist(capsys, "search", "خبر", "--index", server.address("news", "opensearchs"))
    assert code == 1
    assert "does not speak TLS; write opensearch://" in err


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("opensearch://", "neither opensearch:// nor"),
        ("opensearch://127.0.0.1:9", "after the hosts must follow / and the name"),
        ("opensearch://127.0.0.1:9/", "after the hosts must follow / and the name"),
        ("opensearch://127.0.0.1:9/News", "small letters"),
        ("opensearch://127.0.0.1:9/a*", "small letters"),
        ("opensearch://127.0.0.1:9/_all", "small letters"),
        ("opensearch://127.0.0.1:9/news.state", "small letters"),
        ("opensearch://127.0.0.1:9/a/b", "small letters"),
        ("opensearch://127.0.0.1:9/a?pretty", "small letters"),
        ("opensearch://127.0.0.1:9/" + "a" * 101, "small letters"),
        ("opensearch://127.0.0.1:0/news", "0 is no port"),
        ("opensearch://127.0.0.1:99999/news", "99999 is no port"),
        ("opensearch://ho st/news", "is no host"),
        ("opensearch://ho%2fst/news", "is no host"),
        ("opensearch://,/news", "is no host"),
        ("opensearch://a:b@127.0.0.1/news", "must not hold a password"),
        ("opensearch://@127.0.0.1/news", "the user before @"),
        ("elasticsearch://127.0.0.1/news", "no engine of this program serves"),
    ],
)
def test_a_wrong_address_is_refused_before_anything_is_asked(address: str, message: str, capsys: Streams) -> None:
    for command in (["search", "خبر"], ["index", str(ROOT / "sample")], ["serve"]):
        code, out, err = fihrist(capsys, *command, "--index", address)
        assert (code, out) == (2, "")
        assert message in err, (command, err)


def test_a_host_that_does_not_exist_is_named(capsys: Streams) -> None:
    for address in ("opensearch://127.0.0.1:9/news", "opensearch://no-such-host.invalid:9200/news"):
        code, _, err = fihrist(capsys, "search", "خبر", "--index", address)
        assert code == 1
        assert re.search("cannot be reached .*check that it runs and that the address is right", err)
