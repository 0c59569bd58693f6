# SPDX-License-Identifier: GPL-3.0-or-later
"""Helpers that steer the browser of `browsing`, and a site for it: a real index behind the real server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.expected_conditions import staleness_of
from selenium.webdriver.support.wait import WebDriverWait

from tests.browsing import BROWSER, DRIVER, MISSING
from tests.servers import build_index, running_server
from tests.web_fixtures import BARE, CROWDED, HOSTILE, IRAQ, MANY, SHIPPING, SPOOF

MARKS = [
    pytest.mark.browser,
    pytest.mark.skipif(not (BROWSER and DRIVER), reason=MISSING),
]

WIDTHS = (360, 768, 1440)


@contextmanager
def running_site(folder: Path) -> Iterator[str]:
    """Yields the address of a server over a real index, made in ``folder``."""
    # Readers of files refuse a lone surrogate, so articles with one cannot be in a real index.
    hostile = replace(HOSTILE, body=HOSTILE.body.replace("\ud800", ""))
    index = build_index(folder, [IRAQ, SHIPPING, hostile, SPOOF, CROWDED, BARE, *MANY])
    with running_server(index) as (host, port):
        yield f"http://{host}:{port}"


def texts(browser: Chrome, selector: str) -> list[str]:
    """Returns the texts of the elements that the selector finds."""
    return [element.text for element in browser.find_elements(By.CSS_SELECTOR, selector)]


def follow(browser: Chrome, selector: str) -> None:
    """Clicks the first element that the selector finds, and waits for the next page."""
    before = browser.find_element(By.TAG_NAME, "html")
    browser.find_element(By.CSS_SELECTOR, selector).click()
    WebDriverWait(browser, 10).until(staleness_of(before))


def search(browser: Chrome, words: str) -> None:
    """Types the words into the search box, as a reader does, and presses Enter."""
    before = browser.find_element(By.TAG_NAME, "html")
    box = browser.find_element(By.CSS_SELECTOR, "input[type=search]")
    box.clear()
    box.send_keys(words + Keys.ENTER)
    WebDriverWait(browser, 10).until(staleness_of(before))


@contextmanager
def without_scripts(browser: Chrome) -> Iterator[None]:
    """Yields the browser with JavaScript switched off."""
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        yield
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def complaints(browser: Chrome) -> list[str]:
    """Returns the console's new messages since the last call: missing files, violations of the content security
    policy."""
    entries: list[dict[str, str]] = browser.get_log("browser")  # type: ignore[no-untyped-call]  # selenium's own lack
    return [entry["message"] for entry in entries]
