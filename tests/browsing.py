# SPDX-License-Identifier: GPL-3.0-or-later
"""A headless Chromium, for tests of pages and for screenshots."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
MISSING = "no browser: apt-get install chromium chromium-driver"

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


@contextmanager
def chromium(profile: Path) -> Iterator[Chrome]:
    """Yields a browser with a profile of its own in the folder ``profile``."""
    options = ChromeOptions()
    options.binary_location = BROWSER or ""
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    driver = Chrome(options=options, service=Service(DRIVER))
    try:
        driver.set_page_load_timeout(60)
        yield driver
    finally:
        driver.quit()


def wide(browser: Chrome, pixels: int, height: int = 800) -> None:
    """Sets the width of the window to ``pixels``."""
    screen = {"width": pixels, "height": height, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)


def theme(browser: Chrome, name: str) -> None:
    """Makes the browser report that the reader prefers ``light`` or ``dark``, and reduced motion."""
    features = [
        {"name": "prefers-color-scheme", "value": name},
        {"name": "prefers-reduced-motion", "value": "reduce"},
    ]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def overflow(browser: Chrome) -> list[str]:
    """Returns the elements that reach out of the window and are neither hidden nor inside a scrolling element."""
    found: Any = browser.execute_script(
        """
        const wide = document.documentElement.clientWidth;
        if (document.documentElement.scrollWidth <= wide) return [];
        return [...document.body.querySelectorAll("*")].filter((element) => {
          const box = element.getBoundingClientRect();
          return box.width > 1 && (box.right > wide + 1 || box.left < -1);
        }).map((element) => `${element.tagName}.${element.getAttribute("class")}`);
        """
    )
    return list(found)
