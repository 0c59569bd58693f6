# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests the page of a timeline and the timeline of the results: steps into a period and back, units, what is left out,
drawings by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from indexer.article import Article
from indexer.search.archive import Archive
from tests.contract import made
from tests.servers import build_index
from tests.web_fixtures import Page, client_of, parameters, text

SOURCES = ("الرافدين", "النيل", "ساحل")


def articles() -> list[Article]:
    days = [f"2017-{month:02}-{day:02}T{8 + day % 12:02}:15" for month in range(1, 13) for day in range(1, 28, 4)]
    dated = [
        made(
            f"dated {at}", f"خبر عن النهر رقم {at}", f"ارتفع منسوب النهر في اليوم {at} مرة أخرى.", day, SOURCES[at % 3]
        )
        for at, day in enumerate(days)
    ]
    old = made("old", "النهر قديماً", "كتب أحد الرحالة عن النهر وضفافه.", "1990-01-01", "ساحل")
    undated = [made(f"undated {at}", f"النهر {at}", f"صورة النهر رقم {at} بلا تاريخ.") for at in range(3)]
    return [*dated, old, *undated]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    folder: Path = tmp_path_factory.mktemp("timeline page")
    return client_of(Archive(build_index(folder, articles())))


def links(page: Page, css_class: str) -> dict[str, str]:
    """The links within elements of a class, by their text."""
    return {
        text(link): link.get("href") or ""
        for tag in ("nav", "ul")
        for element in page.all(tag, class_=css_class)
        for link in element.iter()
        if link.tag.endswith("}a")
    }


def bars(page: Page) -> list[str]:
    return [one.get("href") or "" for one in page.root.iter() if one.get("data-x")]


@pytest.mark.parametrize("path", ["/", "/timeline"])
def test_a_reader_steps_into_a_bar_and_back(client: FlaskClient, path: str) -> None:
    whole = Page(client, f"{path}?collapse=0&q=النهر&lang=en")

    assert 'aria-current="true">Weeks</a>' in whole.html
    remarks = links(whole, "aside")
    assert parameters(remarks["1 article up to 25 December 2016"])["to"] == ["2016-12-25"]
    assert parameters(remarks["3 articles have no date."])["missing"] == ["date"]
    week = Page(client, bars(whole)[0])
    assert 'aria-current="true">Days</a>' in week.html
    hour = Page(client, bars(week)[0])
    assert "T" in parameters(bars(hour)[0])["from"][0]
    back = links(hour, "trail")
    assert list(back) == ["All time", "2017", "January 2017"]
    assert bars(Page(client, back["All time"])) == bars(whole)
    month = Page(client, back["January 2017"])
    assert 'aria-current="true">Days</a>' in month.html
    assert all(href.split("?")[0] == path for href in (*bars(month), *back.values()))


@pytest.mark.parametrize(("by", "count"), [("year", 2), ("quarter", 5), ("month", 12), ("day", 120)])
def test_a_reader_chooses_the_length_of_the_periods(client: FlaskClient, by: str, count: int) -> None:
    page = Page(client, f"/timeline?collapse=0&q=النهر&by={by}")
    assert 0 < len(bars(page)) <= count
    chosen = links(page, "sorts")
    assert "by" not in parameters(chosen["تلقائيّ"])
    assert parameters(chosen["أسابيع"])["by"] == ["week"]
    assert "by" not in parameters(bars(page)[0]), "the next step has the unit that suits it"


def test_each_name_has_a_drawing_on_one_scale(client: FlaskClient) -> None:
    page = Page(client, "/timeline?collapse=0&q=النهر&by=month&facet=source&lang=en")
    (names,) = page.all("ul", class_="multiples")
    drawn = {text(next(one for one in item.iter() if one.tag.endswith("}h3"))): item for item in names}
    assert sorted(name.split()[0] for name in drawn) == sorted(SOURCES)
    for item in names:
        href = next(one.get("href") or "" for one in item.iter() if one.tag.endswith("}a"))
        assert len(parameters(href)["source"]) == 1
        heights = [float((one.get("height") or "0").rstrip("%")) for one in item.iter() if one.get("class") == "bar"]
        assert max(heights) <= 100
    assert "facet" not in parameters(links(page, "sorts")["None"])
    assert client.get("/timeline?facet=nothing").status_code == 400


def test_nothing_to_draw_is_said(client: FlaskClient) -> None:
    for path in ("/timeline?q=زرافة", "/timeline?q=!!!", "/timeline?q=بلا تاريخ"):
        page = Page(client, f"{path}&lang=en&facet=source")
        assert "There is nothing to draw over time." in page.html
    narrowed = Page(client, "/timeline?q=زرافة&from=2017-01-01&to=2017-01-31&lang=en")
    assert list(links(narrowed, "trail")) == ["All time", "2017"]
    assert client.get("/timeline?collapse=0&q=النهر&from=2018&to=2017").status_code == 422
