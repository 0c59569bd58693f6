# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the pages with axe-core: no violation of WCAG 2.2 AA or of axe's advice in any language, theme and width."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.expected_conditions import staleness_of
from selenium.webdriver.support.wait import WebDriverWait

from tests.browsing import BROWSER, DRIVER, MISSING, chromium, overflow, theme, wide
from tests.conftest import ROOT
from tests.servers import build_index, running_server
from tests.stories.invented import events
from tests.web_fixtures import BARE, HOSTILE, IRAQ, MANY, SHIPPING

AXE = ROOT / "tests" / "browser" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

pytestmark = [pytest.mark.browser, pytest.mark.skipif(not (BROWSER and DRIVER), reason=MISSING)]
needs_axe = pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: make axe, which needs npm")

PAGES = {
    "first visit": "/?",
    "results": f"/?q={quote('مفاوضات')}&timeline=share&compare_q={quote('العراق')}&explain=1",
    "narrowed": f"/?q={quote('العراق')}&source={quote('شينخوا')}&from=2015&collapse=0&exact=1",
    "nothing": f"/?q={quote('زرافة')}&from=2020",
    "signs": f"/?q={quote('؟؟')}",
    "beyond": f"/?q={quote('مفاوضات')}&page=99",
    "empty comparison": f"/?q={quote('مفاوضات')}&compare_q={quote('؟؟')}",
    "mistake": "/?from=yesterday",
    "absent": "/nothing?",
    "over time": f"/timeline?q={quote('مفاوضات')}&by=year&from=2015&facet=source&compare_q={quote('العراق')}",
    "nothing over time": f"/timeline?q={quote('زرافة')}&from=2020-05&to=2020-05",
    "about": "/about?",
    "author": f"/author?author={quote(IRAQ.author)}",
    "saved": "/saved?",
    "values": "/values/source?",
    "article": f"/articles/{IRAQ.id}?q={quote('العراق')}",
    "hostile": f"/articles/{HOSTILE.id}?q=alert",
    "story": f"/articles/{IRAQ.id}/story?q={quote('مصنع')}",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    hostile = replace(HOSTILE, body=HOSTILE.body.replace("\ud800", ""))
    told = chain.from_iterable(events(3, random.Random(1)))
    copy = replace(IRAQ, id="", title=f"{IRAQ.title} اليوم", source="الرافدين اليوم", url="")
    index = build_index(tmp_path_factory.mktemp("accessible"), [IRAQ, SHIPPING, hostile, BARE, copy, *MANY, *told])
    with running_server(index) as (host, port):
        yield f"http://{host}:{port}"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    with chromium(tmp_path_factory.mktemp("profile")) as driver:
        yield driver


def address(browser: Chrome, site: str, name: str, language: str) -> str:
    """Returns the address of the page with this name; articles in a real index have ids of their own."""
    path = PAGES[name]
    if name == "story":
        browser.get(f"{site}/?q={quote('مصنع')}")
        found = browser.find_element(By.CSS_SELECTOR, ".results a[href*='/story']").get_attribute("href") or ""
        return f"{found}&lang={language}"
    if path.startswith("/articles/"):
        word = "القتالي" if name == "article" else "مقلوب"
        browser.get(f"{site}/?q={quote(word)}")
        found = browser.find_element(By.CSS_SELECTOR, ".results h3 a").get_attribute("href") or ""
        return f"{found}&lang={language}"
    return f"{site}{path}&lang={language}"


def violations(browser: Chrome) -> list[str]:
    """Returns what axe finds wrong with the page, with everything that unfolds open."""
    browser.execute_script("for (const one of document.querySelectorAll('details')) one.open = true")
    browser.execute_script(Path(AXE).read_text(encoding="utf-8"))
    found: Any = browser.execute_async_script(
        """
        const done = arguments[arguments.length - 1];
        axe.run(document, {runOnly: arguments[0], resultTypes: ["violations"]}).then((answer) => done(
          answer.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target} ${node.html}`))
        ), (error) => done([String(error)]));
        """,
        TAGS,
    )
    return list(found)


def accessible(browser: Chrome, site: str, name: str, language: str, colours: str, pixels: int) -> None:
    theme(browser, colours)
    wide(browser, pixels)
    browser.get(address(browser, site, name, language))
    assert violations(browser) == []
    assert overflow(browser) == []


@needs_axe
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("language", "colours"), [("ar", "dark"), ("en", "light")])
def test_every_page_is_accessible_in_both_languages(
    browser: Chrome, site: str, name: str, language: str, colours: str
) -> None:
    accessible(browser, site, name, language, colours, 360)


@needs_axe
@pytest.mark.slow
@pytest.mark.parametrize("pixels", [360, 768, 1440])
@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_accessible_in_every_theme_and_width(
    browser: Chrome, site: str, name: str, language: str, colours: str, pixels: int
) -> None:
    accessible(browser, site, name, language, colours, pixels)


def press(browser: Chrome, *keys: str) -> None:
    for key in keys:
        browser.switch_to.active_element.send_keys(key)


def tab_to(browser: Chrome, selector: str) -> None:
    """Presses the tab key until the element of the selector has the focus, and checks that the focus is visible."""
    for _ in range(80):
        press(browser, Keys.TAB)
        focused = browser.switch_to.active_element
        if browser.execute_script("return arguments[0].matches(arguments[1])", focused, selector):
            width = browser.execute_script("return getComputedStyle(arguments[0]).outlineWidth", focused)
            assert float(width.removesuffix("px")) >= 2, f"the focus on {selector} cannot be seen"
            return
    pytest.fail(f"the tab key never leads to {selector}")


def enter(browser: Chrome) -> None:
    """Presses Enter on the focused element and waits for the next page."""
    before = browser.find_element(By.TAG_NAME, "html")
    press(browser, Keys.ENTER)
    WebDriverWait(browser, 20).until(staleness_of(before))


@pytest.mark.parametrize(("language", "pixels"), [("ar", 360), ("en", 1440)])
def test_a_whole_search_is_done_by_keyboard(browser: Chrome, site: str, language: str, pixels: int) -> None:
    wide(browser, pixels)
    browser.get(f"{site}/?lang={language}")
    tab_to(browser, "input[type=search]")
    press(browser, "مفاوضات")
    enter(browser)
    assert browser.find_element(By.CSS_SELECTOR, "h1").text.startswith("47")
    # The filters are a panel that unfolds in a narrow window, and a column in a wide one.
    if pixels < 800:
        assert not browser.find_element(By.CSS_SELECTOR, ".facet a").is_displayed()
        tab_to(browser, ".filters > summary")
        press(browser, Keys.ENTER)
    tab_to(browser, ".facet a")
    enter(browser)
    assert len(browser.find_elements(By.CSS_SELECTOR, ".chips li")) == 1
    tab_to(browser, ".timeline .numbers > summary")
    press(browser, Keys.ENTER)
    tab_to(browser, ".timeline tbody a")
    enter(browser)
    assert len(browser.find_elements(By.CSS_SELECTOR, ".chips li")) >= 2
    tab_to(browser, ".results h3 a")
    enter(browser)
    assert browser.find_elements(By.CSS_SELECTOR, ".body mark")
    tab_to(browser, ".way a")
    enter(browser)
    assert browser.find_elements(By.CSS_SELECTOR, ".results")


def test_a_first_load_is_light_and_contacts_no_other_host(browser: Chrome, site: str) -> None:
    browser.execute_cdp_cmd("Network.enable", {})
    browser.execute_cdp_cmd("Network.setCacheDisabled", {"cacheDisabled": True})
    try:
        for path in ("/", f"/?q={quote('مفاوضات')}&compare_q={quote('العراق')}"):
            browser.get(f"{site}{path}")
            loaded: Any = browser.execute_script(
                """
                return [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
                  .map((one) => [one.name, one.transferSize]);
                """
            )
            assert all(name.startswith(site) for name, _ in loaded)
            assert sum(size for _, size in loaded) < 100_000, loaded
            assert any(name.endswith(".css") for name, _ in loaded)
    finally:
        browser.execute_cdp_cmd("Network.setCacheDisabled", {"cacheDisabled": False})
