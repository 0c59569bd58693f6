# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that each article is told once, in order, whatever fails or ends in between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.alerts import finding_new, telling
from indexer.alerts.alert_file import AlertFile, NamedSearch
from indexer.alerts.alert_report import AlertReport
from indexer.alerts.channels import Channel, DeliveryError, Message
from indexer.alerts.messages import Batch
from indexer.alerts.state import locked_state
from indexer.alerts.telling import Teller
from indexer.errors import FihristError, LockedError
from indexer.search.query.request import SearchRequest
from tests.alerts.news_list import NewsList


class Killed(BaseException):
    """Ends a run as a kill does."""


@dataclass
class Box:
    """A channel that keeps messages. ``faults`` are what the next attempts raise; None: the message arrives.

    A `Killed` after the arrival ends the run before it can note it.
    """

    name: str = "box"
    faults: list[DeliveryError | str | None] = field(default_factory=list)
    arrived: list[Message] = field(default_factory=list)
    tries: int = 3
    place: str = "box"

    def message(self, batch: Batch) -> Message:
        return Message(batch.id(self.name), "", "\n".join(one.told["title"] for one in batch.articles))

    def send(self, message: Message) -> None:
        fault = self.faults.pop(0) if self.faults else None
        if fault == "before":
            raise Killed
        if isinstance(fault, DeliveryError):
            raise fault
        self.arrived.append(message)
        if fault == "after":
            raise Killed

    def told(self) -> list[str]:
        """Returns the headlines, each delivery once."""
        once = {message.id: message.body for message in self.arrived}
        return [title for body in once.values() for title in body.split("\n")]


class Alerts:
    """Runs over one state."""

    def __init__(self, folder: Path, news: NewsList, *boxes: Box) -> None:
        self.news = news
        self.boxes = boxes or (Box(),)
        self.printed = Box("print", place="stdout")
        self.path = folder / "state"
        self.pauses: list[float] = []

    def run(self, *searches: NamedSearch, dry_run: bool = False) -> AlertReport:
        report = AlertReport(dry_run=dry_run)
        channels: Mapping[str, Sequence[Channel]] = {box.name: [box] for box in self.boxes}
        searches = searches or (self.search(),)
        file = AlertFile(searches, channels, (), frozenset(one.name for one in searches))
        with locked_state(self.path, writable=not dry_run) as state:
            Teller(self.news, state, self.printed, report, pause=self.pauses.append).tell(file)
        return report

    def search(self, name: str = "bridges", q: str = "", since: int | None = None) -> NamedSearch:
        return NamedSearch(name, SearchRequest(q=q), tuple(box.name for box in self.boxes), since)


LATER = DeliveryError("is busy", again=True)
DOWN = DeliveryError("does not answer", again=True, place_fails=True)
REFUSED = DeliveryError("refuses", again=False)


@pytest.fixture
def news() -> NewsList:
    made = NewsList()
    made.run("قديم")
    return made


def test_a_new_search_tells_nothing_old_and_everything_new_once(tmp_path: Path, news: NewsList) -> None:
    alerts = Alerts(tmp_path, news)
    (box,) = alerts.boxes
    assert alerts.run().told[0].articles == 0
    news.run("جسر أول", "جسر ثان")
    assert alerts.run().told[0].articles == 2
    assert alerts.run().told[0].messages == 0
    news.run("جسر ثالث")
    news.run("جسر رابع")
    alerts.run()
    assert sorted(box.told()[:2]) == ["جسر أول", "جسر ثان"]
    assert box.told()[2:] == ["جسر ثالث", "جسر رابع"], "in the order of addition"


def test_a_search_may_begin_in_the_past(tmp_path: Path, news: NewsList) -> None:
    alerts = Alerts(tmp_path, news)
    news.run("جديد")
    last = news.articles[-1].indexed_at
    alerts.run(alerts.search(since=last), alerts.search("later", since=(last or 0) + 1), alerts.search("all", since=0))
    assert [box.body for box in alerts.boxes[0].arrived] == ["جديد", "قديم\nجديد"]


@pytest.mark.parametrize("end", ["before", "after"])
def test_a_kill_neither_loses_nor_doubles_an_article(tmp_path: Path, news: NewsList, end: str) -> None:
    alerts = Alerts(tmp_path, news)
    (box,) = alerts.boxes
    alerts.run()
    news.run("جسر أول")
    box.faults = [end]
    with pytest.raises(Killed):
        alerts.run()
    news.run("جسر ثان")  # the next run finds another index
    alerts.run()
    assert box.told() == ["جسر أول", "جسر ثان"]
    assert len(box.arrived) == 2 + (end == "after")


def test_a_failing_channel_is_tried_again_and_stops_nothing_else(tmp_path: Path, news: NewsList) -> None:
    dead, good = Box("dead", place="dead"), Box("good", place="good")
    alerts = Alerts(tmp_path, news, dead, good)
    searches = (alerts.search("one"), alerts.search("two"))
    alerts.run(*searches)
    news.run("جسر")
    dead.faults = [DOWN] * 3
    report = alerts.run(*searches)
    assert report.exit_code == 3
    assert alerts.pauses == [1.0, 2.0]
    assert [(one.search, one.channel, one.articles, one.waiting, bool(one.failure)) for one in report.told] == [
        ("one", "dead", 0, 1, True),
        ("one", "good", 1, 0, False),
        ("two", "dead", 0, 1, True),
        ("two", "good", 1, 0, False),
    ]
    assert "not tried" in report.told[2].failure
    assert dead.arrived == []
    news.run("نهر")
    assert alerts.run(*searches).exit_code == 0
    assert dead.told() == ["جسر", "نهر"] * 2
    assert [message.body for message in good.arrived] == ["جسر", "جسر", "نهر", "نهر"]


def test_what_is_refused_is_not_tried_again_in_the_same_run(tmp_path: Path, news: NewsList) -> None:
    alerts = Alerts(tmp_path, news)
    alerts.run()
    news.run("جسر")
    alerts.boxes[0].faults = [REFUSED]
    assert alerts.run().told[0].failure == "refuses"
    alerts.boxes[0].faults = [LATER, DeliveryError("wait", again=True, pause=30)]
    assert alerts.run().told[0].failure == ""
    assert alerts.pauses == [1.0, 30]


def test_many_articles_are_told_in_parts(tmp_path: Path, news: NewsList, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "BATCH", 3)
    monkeypatch.setattr(finding_new, "MOST", 7)
    alerts = Alerts(tmp_path, news)
    (box,) = alerts.boxes
    alerts.run()
    titles = [f"خبر {number}" for number in range(20)]
    for number in range(0, 20, 5):
        news.run(*titles[number : number + 5])
    box.faults = [None, None, "after"]
    with pytest.raises(Killed):
        alerts.run()
    news.run("آخر")
    assert alerts.run().told[0].articles == 20 - 6 + 1
    assert sorted(box.told()) == sorted([*titles, "آخر"])
    whole = [one.title for one in sorted(news.articles, key=lambda one: (one.indexed_at or 0, one.id))]
    assert box.told() == whole[1:]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from([None, "before", "after", REFUSED, DOWN])), max_size=12))
def test_every_article_is_told_once_whatever_happens(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, DeliveryError | str | None]]
) -> None:
    news = NewsList()
    alerts = Alerts(tmp_path_factory.mktemp("alerts"), news, Box(tries=1))
    (box,) = alerts.boxes
    alerts.run()
    for number, (count, fault) in enumerate((*steps, (0, None))):
        news.run(*(f"خبر {number}-{one}" for one in range(count)))
        box.faults = [fault]
        with suppress(Killed):
            alerts.run()
        box.faults = []
    alerts.run()
    assert sorted(box.told()) == sorted(one.title for one in news.articles)


def test_a_dry_run_delivers_and_notes_nothing(tmp_path: Path, news: NewsList) -> None:
    alerts = Alerts(tmp_path, news)
    alerts.run(dry_run=True)
    assert not alerts.path.exists()
    alerts.run()
    news.run("جسر")
    before = alerts.path.read_bytes()
    report = alerts.run(dry_run=True)
    assert (report.told[0].articles, report.summary()) == (1, "would tell 1 articles in 1 messages")
    assert (alerts.path.read_bytes(), alerts.boxes[0].arrived) == (before, [])


def test_channels_with_the_same_mark_need_one_search(tmp_path: Path, news: NewsList) -> None:
    alerts = Alerts(tmp_path, news, Box("one"), Box("two"), Box("three"))
    alerts.run()
    news.run("جسر")
    news.exports = 0
    alerts.run()
    assert news.exports == 1


def test_a_search_that_left_the_file_begins_anew(tmp_path: Path, news: NewsList) -> None:
    alerts = Alerts(tmp_path, news)
    alerts.run(alerts.search("one"), alerts.search("two"))
    alerts.run(alerts.search("two"))
    news.run("جسر")
    alerts.run(alerts.search("one"))
    assert alerts.boxes[0].arrived == []


def test_two_runs_do_not_tell_at_once(tmp_path: Path) -> None:
    with locked_state(tmp_path / "state"), pytest.raises(LockedError), locked_state(tmp_path / "state"):
        pass


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"format": 2, "told": {}}', '{"format": 1, "told": {"a": 1}}', "[" * 9_999]
)
def test_a_damaged_state_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "state").write_text(content, encoding="utf-8")
    with pytest.raises(FihristError, match="move it away"), locked_state(tmp_path / "state"):
        pass
