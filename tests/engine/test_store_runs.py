# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests runs, commands and addresses over every store: each must give the same results."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.arabic.analyser import Analyser
from indexer.commands.cli import main
from indexer.engine import engines
from indexer.engine.engines import is_folder, store_at
from indexer.engine.memory.store import MemoryStore
from indexer.engine.store import Store
from indexer.errors import UsageError
from indexer.operating.verify import verify
from indexer.reindex import reindex
from indexer.run.options import Options
from indexer.run.report import Report
from indexer.search.archive import Archive
from indexer.search.query.request import SearchRequest
from tests.commands.test_cli import Streams, fihrist
from tests.contract import groups_of, rows_of
from tests.engine.test_store_contract import STORES, T, store_of, titles


@pytest.fixture(params=rows_of(STORES))
def store(request: pytest.FixtureRequest) -> Store:
    return store_of(request.param, request)


def run(store: Store, news: Path, **options: bool | int) -> Report:
    chosen = Options(batch=2, clock=lambda: T, **options)  # type: ignore[arg-type]  # each option has its own type
    return reindex([news], store, chosen, lambda done, total: None)


def write(news: Path, name: str, title: str) -> None:
    news.mkdir(exist_ok=True)
    (news / name).write_text(json.dumps({"title": title, "body": f"نص طويل عن {title} في المدينة"}) + "\n")


def test_runs_keep_any_store_up_to_date_with_the_archive(store: Store, tmp_path: Path) -> None:
    news = tmp_path / "news"
    for number in range(5):
        write(news, f"{number}.jsonl", f"خبر رقم {number}")
    write(news, "twin.jsonl", "خبر رقم 1")
    report = run(store, news)
    assert (report.added, report.duplicates, report.generation) == (5, 1, "gen-000001")
    assert run(store, news).generation == ""
    (news / "0.jsonl").unlink()
    (news / "1.jsonl").unlink()
    write(news, "2.jsonl", "خبر آخر")
    dry = run(store, news, dry_run=True)
    assert (dry.added, dry.changed, dry.deleted) == (1, 1, 2)
    assert store.names() == ["gen-000001"]
    report = run(store, news)
    assert (report.added, report.changed, report.deleted, report.articles) == (1, 1, 2, 4)
    assert titles(store) == {"خبر رقم 1", "خبر آخر", "خبر رقم 3", "خبر رقم 4"}
    assert verify(store, "", lambda done, total: None).problems == ()
    results = Archive(store).search(SearchRequest(q="خبر آخر"))
    assert (results.hits[0].article.title, results.index.generation) == ("خبر آخر", "gen-000002")
    assert store.last_report()["changed"] == 1


class Killed(BaseException):
    """Stands for the death of the process."""


def test_a_killed_run_is_continued(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    news = tmp_path / "news"
    for number in range(9):
        write(news, f"{number}.jsonl", f"خبر رقم {number}")
    monkeypatch.setattr("indexer.run.staging._FIRST_CHECKPOINT", 0)
    monkeypatch.setattr("indexer.run.staging._CHECKPOINT_SHARE", 0)
    applied = 0

    def progress(done: int, total: int) -> None:
        nonlocal applied
        applied = done
        if done == 7:
            raise Killed

    options = Options(batch=2, clock=lambda: T)
    with pytest.raises(Killed):
        reindex([news], store, options, progress)
    assert (applied, store.names()) == (7, [])
    report = run(store, news)
    assert (report.resumed, report.added, len(titles(store))) == (True, 9, 9)
    assert report.files_unchanged >= 4
    assert verify(store, "", lambda done, total: None).problems == ()


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.sampled_from("abc"), st.sampled_from(["جسر", "سوق", "نهر"])),
        st.tuples(st.just("delete"), st.sampled_from("abc"), st.just("")),
        st.tuples(st.just("run"), st.just(""), st.just("")),
        st.tuples(st.just("rebuild"), st.just(""), st.just("")),
        st.tuples(st.just("back"), st.just(""), st.just("")),
    ),
    max_size=12,
)


@pytest.fixture(scope="module")
def module_request(request: pytest.FixtureRequest) -> pytest.FixtureRequest:
    """A request that hypothesis accepts, since it does not end with each test."""
    return request


@pytest.mark.parametrize("names", groups_of(STORES))
@settings(max_examples=15)
@given(steps=STEPS)
def test_all_stores_do_the_same(
    tmp_path_factory: pytest.TempPathFactory,
    module_request: pytest.FixtureRequest,
    names: tuple[str, ...],
    steps: list[tuple[str, ...]],
) -> None:
    folder = tmp_path_factory.mktemp("same")
    stores = [store_of(name, module_request) for name in names]
    news = folder / "news"
    write(news, "0.jsonl", "بداية")

    def outcome(store: Store, step: str) -> object:
        if step == "back":
            if len(store.names()) < 2:
                return None
            store.switch(store.names()[0])
        else:
            run(store, news, allow_shrink=True, rebuild=step == "rebuild")
        assert verify(store, "", lambda done, total: None).problems == ()
        return store.current_name(), store.names(), titles(store), store.info().sources

    for step, name, title in [*steps, ("run", "", "")]:
        if step == "write":
            write(news, f"{name}.jsonl", title)
        elif step == "delete":
            (news / f"{name}.jsonl").unlink(missing_ok=True)
        else:
            first, *others = [outcome(store, step) for store in stores]
            assert others == [first] * len(others)


@pytest.fixture(params=rows_of(["memory", "opensearch"]))
def address(request: pytest.FixtureRequest, analyser: Analyser, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "opensearch":
        return str(request.getfixturevalue("cluster_address"))
    monkeypatch.setattr(engines, "_in_memory", {"memory://test": MemoryStore(analyser, "memory://test")})
    return "memory://test"


def test_every_command_takes_an_address(address: str, tmp_path: Path, capsys: Streams) -> None:
    news = tmp_path / "news"
    write(news, "a.jsonl", "افتتاح الجسر")
    code, _, err = fihrist(capsys, "search", "جسر", "--index", address)
    assert (code, f"there is no index in {address} yet" in err) == (1, True)
    assert fihrist(capsys, "index", str(news), "--index", address)[0] == 0
    write(news, "b.jsonl", "سوق المدينة")
    assert fihrist(capsys, "index", str(news), "--index", address)[0] == 0
    code, out, _ = fihrist(capsys, "search", "سوق", "--index", address)
    assert (code, "سوق" in out) == (0, True)
    assert fihrist(capsys, "verify", "--index", address)[0] == 0
    assert fihrist(capsys, "clean", str(news / "a.jsonl"), "--index", address)[0] == 0
    assert fihrist(capsys, "analyze", "وللقوات", "--index", address)[0] == 0
    assert fihrist(capsys, "export", "--index", address)[1].count("\n") == 2
    code, out, _ = fihrist(capsys, "stats", "--index", address, "--json")
    assert (json.loads(out)["index"], json.loads(out)["articles"]) == (address, 2)
    code, out, _ = fihrist(capsys, "rollback", "--index", address, "--json")
    assert (code, json.loads(out)["generation"]) == (0, "gen-000001")
    assert fihrist(capsys, "search", "سوق", "--index", address)[1] == ""


@pytest.mark.parametrize("address", ["opensearchx://host:9200/news", "HTTP://host/x", "x-y+1.0://", "folder://a"])
def test_an_address_of_no_engine_is_refused(address: str, capsys: Streams) -> None:
    with pytest.raises(
        UsageError, match=r"no engine of this program serves .*name the folder .* begins with opensearch://"
    ):
        store_at(address)
    code, _, err = fihrist(capsys, "search", "x", "--index", address)
    assert (code, err.count("\n")) == (2, 1)
    assert not is_folder(address)


@pytest.mark.parametrize("address", ["index", "/srv/my index", "a:b", "C:/index", "://x", "", "1://x"])
def test_anything_else_is_a_folder(address: str) -> None:
    assert is_folder(address)
    assert store_at(address).address == str(Path(address))


def test_an_engine_that_is_not_installed_is_named_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(address: str, jobs: int) -> Store:
        raise ModuleNotFoundError("No module named 'far'", name="far")

    monkeypatch.setitem(engines._OPENERS, "far", missing)
    with pytest.raises(UsageError, match=r"far is missing.*pip install 'fihrist\[far\]'") as refused:
        store_at("far://host/news")
    assert refused.value.exit_code == 2
    assert main(["verify", "--index", "far://host/news"]) == 2
