# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests how readers choose among the values of a facet: one is chosen, left out, sought among many."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import pytest
from flask.testing import FlaskClient

from indexer.article import Published
from tests.servers import build_index
from tests.web_fixtures import XHTML, Page, article, parameters, text
from web.app import create_app
from web.pages.filter_controls import MAX_VALUES

SOURCES = [f"{kind} {name}" for kind in ("وكالة", "صحيفة") for name in ("الشرق", "النيل", "الرافدين", "بردى", "الخليج",
           "الساحل", "الفرات", "القدس", "بيروت", "تونس", "فاس", "مكّة")]  # fmt: skip


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    articles = [
        article(f"{place}", title=f"خبر {place}", body=f"نصّ الخبر {place}.", source=source, published=Published("2021"))
        for place, source in enumerate(SOURCES)
    ]
    return create_app(build_index(tmp_path_factory.mktemp("facets"), articles)).test_client()


def value(page: Page, name: str) -> Element:
    """Returns the only link that narrows the search to ``name``, or leaves it out."""
    links = [link for box in page.all("section", class_="facet") for link in box.iter(XHTML + "a")]
    (link,) = [link for link in links if name in [text(part) for part in link.iter(XHTML + "bdi")]]
    return link


def test_a_value_is_chosen_then_left_out_then_neither(client: FlaskClient) -> None:
    name = SOURCES[0]
    page = Page(client, "/?q=خبر")
    total = page.text("h1").split()[0]
    page = Page(client, value(page, name).get("href") or "")
    assert page.text("h1").startswith("نتيجة واحدة")
    assert value(page, name).get("aria-current") == "true"
    page = Page(client, value(page, name).get("href") or "")
    assert page.text("h1").startswith(str(int(total) - 1))
    left_out = value(page, name)
    assert left_out.get("class") == "excluded"
    assert left_out.get("aria-current") is None
    (chip,) = page.all("ul", class_="chips")
    assert name in text(chip)
    (remove,) = chip.iter(XHTML + "a")
    assert parameters(remove.get("href") or "") == parameters(left_out.get("href") or "") == {"q": ["خبر"]}


def test_many_values_are_sought_by_a_form(client: FlaskClient) -> None:
    page = Page(client, "/?q=خبر&from=2021")
    (form,) = page.all("form", class_="seek")
    fields = {field.get("name"): field.get("value") for field in form.iter(XHTML + "input") if field.get("value")}
    assert (form.get("action"), fields) == ("/values/source", {"q": "خبر", "from": "2021-01-01"})
    shown = Page(client, "/values/source?q=خبر&from=2021&facet_query=صحيفه")
    assert len([one for one in shown.all("bdi") if text(one).startswith("صحيفة")]) == 12
    assert "وكالة" not in shown.text("main")
    assert shown.text("p", role="status") == "12 اسماً"
    narrowed = Page(client, shown.link("صحيفة النيل"))
    assert narrowed.text("h1").startswith("نتيجة واحدة")
    assert parameters(shown.link("صحيفة النيل")) == {"q": ["خبر"], "from": ["2021-01-01"], "source": ["صحيفة النيل"]}
    every = Page(client, "/values/source?lang=en")
    assert every.text("p", role="status") == f"{len(SOURCES)} names"
    assert len(SOURCES) > MAX_VALUES


@pytest.mark.parametrize("path", ["/values/year", "/values/nothing", "/values/own.x", "/values/%00"])
def test_what_is_no_column_has_no_page(client: FlaskClient, path: str) -> None:
    Page(client, path, 404)


def test_a_hostile_search_among_values_finds_nothing(client: FlaskClient) -> None:
    page = Page(client, '/values/author?facet_query=%00<script>"*?[&source=x,y&exclude_source=z,"')
    assert page.text("p", role="status") == "لا أسماء"
    assert not [one for one in page.all("script") if not one.get("src")]
    Page(client, f"/values/source?facet_query={'ا' * 1_001}", 400)
