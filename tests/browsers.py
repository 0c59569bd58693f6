"""How tests steer the browser of `browsing`, and a site for it: a real index behind the real server."""

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
    """The address of a server over a real index, made in ``folder``."""
    # Sources refuse a lone surrogate, so that it comes no further than them.
    hostile = replace(HOSTILE, body=HOSTILE.body.replace("\ud800", ""))
    index = build_index(folder, [IRAQ, SHIPPING, hostile, SPOOF, CROWDED, BARE, *MANY])
    with running_server(index) as (host, port):
        yield f"http://{host}:{port}"


def texts(browser: Chrome, selector: str) -> list[str]:
    """The texts of the elements that the selector finds."""
    return [element.text for element in browser.find_elements(By.CSS_SELECTOR, selector)]


def follow(browser: Chrome, selector: str) -> None:
    """Click what the selector finds first, and wait for the next page."""
    before = browser.find_element(By.TAG_NAME, "html")
    browser.find_element(By.CSS_SELECTOR, selector).click()
    WebDriverWait(browser, 10).until(staleness_of(before))


def search(browser: Chrome, words: str) -> None:
    """Type the words into the box, as a reader does, and press Enter."""
    before = browser.find_element(By.TAG_NAME, "html")
    box = browser.find_element(By.CSS_SELECTOR, "input[type=search]")
    box.clear()
    box.send_keys(words + Keys.ENTER)
    WebDriverWait(browser, 10).until(staleness_of(before))


@contextmanager
def without_scripts(browser: Chrome) -> Iterator[None]:
    """The browser as one that runs no JavaScript."""
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        yield
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def complaints(browser: Chrome) -> list[str]:
    """What the console has said since it was last asked: files not found, rules of the policy broken."""
    entries: list[dict[str, str]] = browser.get_log("browser")  # type: ignore[no-untyped-call]  # selenium's own lack
    return [entry["message"] for entry in entries]
