"""A real browser, how tests steer it, and a site for it: a real index behind the real server."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.expected_conditions import staleness_of
from selenium.webdriver.support.wait import WebDriverWait

from tests.servers import build_index, running_server
from tests.web_fixtures import BARE, CROWDED, HOSTILE, IRAQ, MANY, SHIPPING, SPOOF

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")

MARKS = [
    pytest.mark.browser,
    pytest.mark.skipif(not (BROWSER and DRIVER), reason="no browser: apt-get install chromium chromium-driver"),
]

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
WIDTHS = (360, 1440)


@contextmanager
def running_site(folder: Path) -> Iterator[str]:
    """The address of a server over a real index, made in ``folder``."""
    # Sources refuse a lone surrogate, so that it comes no further than them.
    hostile = replace(HOSTILE, body=HOSTILE.body.replace("\ud800", ""))
    index = build_index(folder, [IRAQ, SHIPPING, hostile, SPOOF, CROWDED, BARE, *MANY])
    with running_server(index) as (host, port):
        yield f"http://{host}:{port}"


@contextmanager
def running_browser(profile: Path) -> Iterator[Chrome]:
    """A browser with a profile of its own in the folder ``profile``."""
    options = ChromeOptions()
    options.binary_location = BROWSER or ""
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    driver = Chrome(options=options, service=Service(DRIVER))
    driver.set_page_load_timeout(30)
    try:
        yield driver
    finally:
        driver.quit()


def width(browser: Chrome, pixels: int) -> None:
    """Make the window as wide as that."""
    screen = {"width": pixels, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)


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
