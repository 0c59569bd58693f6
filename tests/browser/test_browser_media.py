# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests the pages on paper, and for readers who prefer reduced motion."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from tests.browsers import MARKS, follow, texts
from tests.browsing import wide

pytestmark = MARKS

TO_CLICK = "nav, form, button, input, select, summary, .skip, .language, .sorts, .hits, .pager, .feed"
SHOWN = """
  return [...document.querySelectorAll(arguments[0])].filter((element) => element.checkVisibility())
    .map((element) => element.outerHTML.slice(0, 100));
"""
COLOURS = """
  const style = getComputedStyle(document.body);
  return [style.color, getComputedStyle(document.documentElement).getPropertyValue("--paper").trim()];
"""


@contextmanager
def media(browser: Chrome, name: str = "", **features: str) -> Iterator[None]:
    """Makes the browser emulate the medium ``name`` and a reader's preferences (`_` for `-`)."""
    wanted = [{"name": feature.replace("_", "-"), "value": value} for feature, value in features.items()]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": name, "features": wanted})
    try:
        yield
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})


def shown(browser: Chrome, selector: str) -> list[str]:
    """Returns the first letters of the elements that the selector finds and the medium shows."""
    found: Any = browser.execute_script(SHOWN, selector)
    return list(found)


@pytest.mark.parametrize("pixels", [360, 1440])
def test_paper_has_the_articles_and_nothing_to_click(browser: Chrome, site: str, pixels: int) -> None:
    wide(browser, pixels)
    browser.get(f"{site}/?q={quote('مفاوضات')}")
    assert shown(browser, TO_CLICK)
    with media(browser, "print", prefers_color_scheme="dark"):
        assert shown(browser, TO_CLICK) == []
        assert len(shown(browser, ".results h3")) == 10
        assert shown(browser, "h1")
        assert browser.execute_script(COLOURS) == ["rgb(0, 0, 0)", "#fff"]
    follow(browser, ".results h3 a")
    assert shown(browser, TO_CLICK)
    with media(browser, "print", prefers_color_scheme="dark"):
        assert shown(browser, TO_CLICK) == []
        for kept in ("h1", ".body p", ".facts dd", "#citation"):
            assert shown(browser, kept), kept
        # The address is printed, because a link on paper leads nowhere.
        (link,) = browser.find_elements(By.CSS_SELECTOR, "a[rel=bookmark]")
        assert texts(browser, "#permalink") == [link.get_attribute("href")]


MOVING = """
  return [...document.querySelectorAll("*")].filter((element) => {
    const style = getComputedStyle(element);
    return [style.transitionDuration, style.animationDuration].some((one) => one.split(", ").some((s) => s !== "0s"));
  }).length;
"""


def test_nothing_moves_for_readers_who_prefer_that(browser: Chrome, site: str) -> None:
    wide(browser, 1440)
    browser.get(f"{site}/?q={quote('مفاوضات')}")
    with media(browser, prefers_reduced_motion="no-preference"):
        assert browser.execute_script(MOVING) > 10
    with media(browser, prefers_reduced_motion="reduce"):
        assert browser.execute_script(MOVING) == 0
        assert browser.execute_script("return getComputedStyle(document.documentElement).scrollBehavior") == "auto"
