# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests how a reader moves in time, in a real browser: bars, the way back, dragging by mouse and finger, dates."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.support.expected_conditions import url_changes
from selenium.webdriver.support.wait import WebDriverWait

from tests.browsers import MARKS, complaints, follow, texts, without_scripts
from tests.browsing import overflow, wide

pytestmark = MARKS

VIEWS = [(390, "ar"), (1280, "en")]
ASKED = f"q={quote('مفاوضات')}"


def bars(browser: Chrome) -> list[tuple[float, float, str]]:
    """The middle of each bar on the screen, and its address; in order of time."""
    found: list[tuple[float, float, str]] = browser.execute_script(
        """
        return [...document.querySelectorAll(".timeline a[data-x]")].map((bar) => {
          const box = bar.querySelector(".place").getBoundingClientRect();
          return [box.x + box.width / 2, box.y + box.height / 2, bar.getAttribute("href")];
        });
        """
    )
    return found


def chosen(browser: Chrome) -> tuple[str, str]:
    """The time that the address narrows the search to."""
    stated = parse_qs(urlsplit(browser.current_url).query)
    return stated.get("from", [""])[0], stated.get("to", [""])[0]


def by_mouse(browser: Chrome, x: float, y: float, to: float) -> None:
    actions = ActionChains(browser, duration=50)
    pointer = actions.w3c_actions.pointer_action
    pointer.move_to_location(round(x), round(y)).pointer_down()  # type: ignore[no-untyped-call]  # selenium's own lack
    pointer.move_to_location(round((x + to) / 2), round(y)).move_to_location(round(to), round(y))  # type: ignore[no-untyped-call]  # the same
    pointer.pointer_up(0)  # type: ignore[no-untyped-call]  # the same
    actions.perform()


def by_finger(browser: Chrome, x: float, y: float, to: float) -> None:
    browser.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": True})

    def touch(kind: str, *places: float) -> None:
        points = [{"x": place, "y": y} for place in places]
        browser.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", x)
    for part in (0.3, 0.6, 1.0):
        touch("touchMove", x + (to - x) * part)
    touch("touchEnd")
    browser.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": False})


@pytest.mark.parametrize(("pixels", "language"), VIEWS)
@pytest.mark.parametrize("path", ["/", "/timeline"])
def test_a_bar_narrows_and_one_click_leads_back(
    browser: Chrome, site: str, pixels: int, language: str, path: str
) -> None:
    wide(browser, pixels)
    complaints(browser)
    browser.get(f"{site}{path}?{ASKED}&by=year&lang={language}")
    before = bars(browser)
    assert overflow(browser) == []
    follow(browser, ".timeline a[data-x]:nth-of-type(3)")
    assert chosen(browser) == ("2017-01-01", "2017-12-31")
    assert urlsplit(browser.current_url).path == path
    assert overflow(browser) == []
    follow(browser, ".trail a")
    assert chosen(browser) == ("", "")
    browser.get(f"{browser.current_url}&by=year")
    assert len(bars(browser)) == len(before)
    assert complaints(browser) == []


@pytest.mark.parametrize(("pixels", "language", "drag"), [(390, "ar", by_finger), (1280, "en", by_mouse)])
def test_a_reader_drags_over_a_time(
    browser: Chrome, site: str, pixels: int, language: str, drag: Callable[[Chrome, float, float, float], None]
) -> None:
    wide(browser, pixels)
    for order in (1, -1):
        browser.get(f"{site}/timeline?{ASKED}&by=year&lang={language}")
        page = browser.current_url
        first, last = [bars(browser)[at] for at in (2, 4)][::order]
        drag(browser, first[0], first[1], last[0])
        WebDriverWait(browser, 10).until(url_changes(page))
        assert chosen(browser) == ("2017-01-01", "2019-12-31")
        assert complaints(browser) == []
    back = texts(browser, ".trail li")
    assert len(back) == 2


@pytest.mark.parametrize(("pixels", "language"), VIEWS)
def test_the_date_fields_do_the_same_without_scripts(browser: Chrome, site: str, pixels: int, language: str) -> None:
    wide(browser, pixels)
    with without_scripts(browser):
        browser.get(f"{site}/timeline?{ASKED}&lang={language}")
        for name, day in (("from", "01012016"), ("to", "12122018")):
            browser.find_element(By.CSS_SELECTOR, f".over-time input[name={name}]").send_keys(day)
        follow(browser, ".over-time .period button")
        assert urlsplit(browser.current_url).path == "/timeline"
        assert [day[:4] for day in chosen(browser)] == ["2016", "2018"]
