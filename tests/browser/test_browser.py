# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests a reader's way through the archive in a real browser, over a real index and the real server."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.expected_conditions import staleness_of
from selenium.webdriver.support.wait import WebDriverWait

from tests.browsers import MARKS, WIDTHS, complaints, follow, search, texts, without_scripts
from tests.browsing import wide
from tests.web_fixtures import IRAQ, MANY

pytestmark = MARKS


def narrow(browser: Chrome) -> None:
    """Follows the first link of the filters, which a narrow window folds away.

    Clicks at the link's position: in a wide window the link is in a closed element, and the driver takes it for hidden.
    """
    summary = browser.find_element(By.CSS_SELECTOR, ".filters > summary")
    if summary.is_displayed():
        summary.click()
    before = browser.find_element(By.TAG_NAME, "html")
    ActionChains(browser).move_to_element(browser.find_element(By.CSS_SELECTOR, ".facet li a")).click().perform()
    WebDriverWait(browser, 10).until(staleness_of(before))


def walk(browser: Chrome, site: str) -> None:
    """Searches, turns the page, narrows, opens an article, jumps to a hit, and goes back."""
    browser.get(site)
    search(browser, "مفاوضات الحدود")
    assert texts(browser, "h1")[0].startswith(f"{len(MANY)} نتيجة")
    first = texts(browser, ".results h3")
    assert len(first) == 10
    assert {"مفاوضات", "الحدود"} <= {word for mark in texts(browser, ".results mark") for word in mark.split()}

    follow(browser, "a[rel=next]")
    assert texts(browser, "[aria-current=page]")[0].endswith("2")
    assert not set(first) & set(texts(browser, ".results h3"))

    narrow(browser)
    assert len(texts(browser, ".chips li")) == 1
    headline = texts(browser, ".results h3")[0]
    follow(browser, ".results h3 a")
    assert texts(browser, "h1") == [headline]
    assert browser.find_elements(By.CSS_SELECTOR, "mark#hit-1")
    browser.find_element(By.CSS_SELECTOR, ".hits a[href='#hit-2']").click()
    assert browser.current_url.endswith("#hit-2")

    follow(browser, ".way a")
    assert texts(browser, ".results h3")[0] == headline


@pytest.mark.parametrize("pixels", WIDTHS)
def test_a_reader_finds_an_article(browser: Chrome, site: str, pixels: int) -> None:
    wide(browser, pixels)
    walk(browser, site)


def test_it_works_without_javascript(browser: Chrome, site: str) -> None:
    with without_scripts(browser):
        walk(browser, site)


def test_a_word_is_found_however_it_is_spelt(browser: Chrome, site: str) -> None:
    browser.get(site)
    search(browser, "انهاء الدور القتالى")
    assert IRAQ.title in texts(browser, ".results h3")
    assert "إنهاء" in texts(browser, ".results mark")


@pytest.mark.parametrize("pixels", WIDTHS)
def test_nothing_is_wider_than_the_window(browser: Chrome, site: str, pixels: int) -> None:
    wide(browser, pixels)
    found = []
    for word in ("مقلوب", "متكررة", "انتحال"):
        browser.get(f"{site}/?q={quote(word)}")
        found.append(browser.find_element(By.CSS_SELECTOR, ".results h3 a").get_attribute("href") or "")
        found.append(f"{found[-1]}&lang=en")
    paths = [
        "/",
        "/?q=مفاوضات&page=3",
        f"/?q={quote('انتحال')}",
        f"/?q={'ك' * 900}",
        "/?q=غائب&source=x&from=2020&exact=1",
        "/nothing",
        "/?page=0",
    ]
    for address in (*(site + path for path in paths), *found):
        browser.get(address)
        inner, outer = browser.execute_script(
            "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert inner <= outer, address


def test_a_click_on_a_hit_number_is_not_hidden_by_the_bar(browser: Chrome, site: str) -> None:
    wide(browser, 360)
    browser.get(f"{site}/?q={quote('العراق الأمريكي')}")
    follow(browser, ".results h3 a")
    for link in browser.find_elements(By.CSS_SELECTOR, ".hits a"):
        link.click()
        mark = browser.find_element(By.CSS_SELECTOR, "mark:target")
        bar = browser.find_element(By.CSS_SELECTOR, ".hits")
        assert not (mark.rect["y"] < bar.rect["y"] + bar.rect["height"] and mark.rect["y"] > bar.rect["y"])


@pytest.mark.parametrize("pixels", WIDTHS)
def test_many_hits_fill_three_lines_and_none_is_cut_off(browser: Chrome, site: str, pixels: int) -> None:
    wide(browser, pixels)
    browser.get(f"{site}/?q={quote('متكررة')}")
    follow(browser, ".results h3 a")
    strip = browser.find_element(By.CSS_SELECTOR, ".hits ul")
    items = strip.find_elements(By.CSS_SELECTOR, "li")
    assert (len(items), items[-1].text) == (31, "…")
    assert len({item.rect["y"] for item in items}) <= 3
    for size in ("Width", "Height"):
        assert browser.execute_script(f"return arguments[0].scroll{size} <= arguments[0].client{size}", strip)
    items[29].find_element(By.TAG_NAME, "a").click()
    bar, mark = (browser.find_element(By.CSS_SELECTOR, name) for name in (".hits", "mark:target"))
    assert mark.rect["y"] >= bar.rect["y"] + bar.rect["height"]


def test_every_paragraph_has_its_own_direction(browser: Chrome, site: str) -> None:
    browser.get(f"{site}/?q={quote('القتالي')}")
    follow(browser, ".results h3 a")
    for paragraph in browser.find_elements(By.CSS_SELECTOR, ".body p"):
        assert paragraph.value_of_css_property("direction") == "rtl"
        assert paragraph.value_of_css_property("text-align") == "start"


WITHOUT_DETAILS_CONTENT = """
  const wide = [...document.styleSheets[0].cssRules].find((rule) => rule.conditionText === "(min-width: 56rem)");
  const at = [...wide.cssRules].findIndex((rule) => rule.conditionText?.includes("::details-content"));
  wide.deleteRule(at);
  return at;
"""


def test_filters_unfold_in_a_browser_that_cannot_keep_them_open(browser: Chrome, site: str) -> None:
    wide(browser, 1440)
    browser.get(f"{site}/?q={quote('مفاوضات')}")
    summary = browser.find_element(By.CSS_SELECTOR, ".filters > summary")
    assert not summary.is_displayed()
    seen = "return document.querySelector('.facet a').checkVisibility()"
    assert browser.execute_script(seen)
    assert browser.execute_script(WITHOUT_DETAILS_CONTENT) >= 0
    assert summary.is_displayed()
    assert not browser.execute_script(seen)
    narrow(browser)
    assert len(browser.find_elements(By.CSS_SELECTOR, ".chips li")) == 1


@pytest.mark.parametrize("parameter", ["source", "exclude_source"])
def test_a_chosen_name_begins_where_the_others_do(browser: Chrome, site: str, parameter: str) -> None:
    wide(browser, 1280)
    browser.get(f"{site}/?q={quote('مفاوضات')}&{parameter}={quote('نشرة النيل')}&lang=en")
    begins = browser.execute_script(
        """
        return [...document.querySelectorAll(".facet:first-of-type li a")].map((link) => {
          const range = document.createRange();
          range.selectNodeContents(link.querySelector("bdi"));
          return range.getBoundingClientRect().left - link.getBoundingClientRect().left;
        });
        """
    )
    assert len(begins) == 3
    assert max(begins) < 30


def test_the_first_tab_leads_to_the_content(browser: Chrome, site: str) -> None:
    wide(browser, 1440)
    browser.get(site)
    browser.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    focused = browser.switch_to.active_element
    assert focused.get_attribute("class") == "skip"
    assert focused.rect["y"] >= 0, "the link is visible while it has the focus"
    focused.send_keys(Keys.ENTER)
    assert browser.current_url.endswith("#main")


def test_the_empty_box_starts_at_the_right(browser: Chrome, site: str) -> None:
    browser.get(site)
    box = browser.find_element(By.CSS_SELECTOR, "input[type=search]")
    assert box.value_of_css_property("direction") == "rtl"
    search(browser, "NATO")
    box = browser.find_element(By.CSS_SELECTOR, "input[type=search]")
    assert box.value_of_css_property("direction") == "ltr"


def test_the_browser_reports_no_errors(browser: Chrome, site: str) -> None:
    complaints(browser)
    browser.get(f"{site}/?q={quote('العراق')}")
    follow(browser, ".results h3 a")
    assert complaints(browser) == []
