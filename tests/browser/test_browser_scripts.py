# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests what JavaScript adds to the pages, in a real browser: completion, jumps between hits, copying; and the pages
without it."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.expected_conditions import staleness_of
from selenium.webdriver.support.wait import WebDriverWait

from tests.browsers import MARKS, complaints, follow, texts, without_scripts
from tests.browsing import wide
from tests.pages.test_directions import DIRECTIONS
from tests.web_fixtures import IRAQ

pytestmark = MARKS

VIEWS = [(360, "ar"), (1440, "en")]
PHRASE = "مفاوضات الحدود"


def box(browser: Chrome) -> WebElement:
    """The search box."""
    return browser.find_element(By.CSS_SELECTOR, "input[type=search]")


def options(browser: Chrome) -> list[str]:
    """Returns the visible suggestions."""
    return texts(browser, "[role=listbox]:not([hidden]) [role=option] bdi")


def typed(browser: Chrome, words: str) -> None:
    """Types into the empty box and waits for suggestions."""
    box(browser).clear()
    box(browser).send_keys(words)
    WebDriverWait(browser, 10).until(lambda _: options(browser))


def active(browser: Chrome) -> str | None:
    """Returns the suggestion announced to screen readers. One script reads it, since it may change between two
    calls."""
    named, selected = browser.execute_script(
        """
        const chosen = [...document.querySelectorAll("[role=option][aria-selected=true]")];
        const named = document.querySelector("input[type=search]").getAttribute("aria-activedescendant");
        return [named, chosen.map((option) => [option.id, option.querySelector("bdi").textContent])];
        """
    )
    assert [name for name, _ in selected] == ([named] if named else [])
    return selected[0][1] if named else None


def closed(browser: Chrome) -> bool:
    """Returns whether no suggestions are shown, on the screen or to a screen reader."""
    listbox = browser.find_element(By.CSS_SELECTOR, "[role=listbox]")
    return not listbox.is_displayed() and box(browser).get_attribute("aria-expanded") == "false"


@pytest.mark.parametrize(("pixels", "language"), VIEWS)
def test_suggestions_are_chosen_by_keyboard(browser: Chrome, site: str, pixels: int, language: str) -> None:
    wide(browser, pixels)
    complaints(browser)
    browser.get(f"{site}/?lang={language}")
    assert closed(browser)
    typed(browser, "مفاو")
    shown = options(browser)
    assert PHRASE in shown
    field = box(browser)
    assert field.get_attribute("aria-expanded") == "true"
    listbox = browser.find_element(By.ID, field.get_attribute("aria-controls") or "")
    assert listbox.rect["x"] >= 0
    assert listbox.rect["x"] + listbox.rect["width"] <= pixels
    assert listbox.rect["y"] >= field.rect["y"] + field.rect["height"]
    told = browser.find_element(By.CSS_SELECTOR, "form [role=status]").get_attribute("textContent") or ""
    assert str(len(shown)) in told

    assert active(browser) is None
    field.send_keys(Keys.ARROW_DOWN)
    assert active(browser) == shown[0]
    field.send_keys(Keys.ARROW_UP)
    assert active(browser) is None
    field.send_keys(Keys.ARROW_UP)
    assert active(browser) == shown[-1]
    for key in (Keys.HOME, Keys.END, Keys.ARROW_LEFT):
        field.send_keys(Keys.ARROW_DOWN, key)
        assert active(browser) is None
    assert field.get_attribute("value") == "مفاو", "the typed text stays in the box"
    field.send_keys(Keys.ESCAPE)
    assert closed(browser)
    assert field.get_attribute("value") == "مفاو"
    field.send_keys(Keys.ARROW_DOWN)
    WebDriverWait(browser, 10).until(lambda _: active(browser) == shown[0])
    field.send_keys(*[Keys.ARROW_DOWN] * shown.index(PHRASE))
    assert active(browser) == PHRASE
    field.send_keys(Keys.ENTER)
    WebDriverWait(browser, 10).until(staleness_of(field))
    assert box(browser).get_attribute("value") == PHRASE
    assert browser.find_element(By.TAG_NAME, "html").get_attribute("lang") == language
    assert "47" in texts(browser, "h1")[0]
    assert complaints(browser) == []


@pytest.mark.parametrize(("pixels", "language"), VIEWS)
def test_suggestions_are_chosen_by_mouse(browser: Chrome, site: str, pixels: int, language: str) -> None:
    wide(browser, pixels)
    browser.get(f"{site}/?lang={language}")
    typed(browser, "بغداد")
    (headline,) = [
        option
        for option in browser.find_elements(By.CSS_SELECTOR, "[role=option]")
        if option.find_element(By.TAG_NAME, "bdi").text == IRAQ.title
    ]
    headline.click()
    WebDriverWait(browser, 10).until(staleness_of(headline))
    assert texts(browser, "h1") == [IRAQ.title]
    assert browser.find_element(By.TAG_NAME, "html").get_attribute("lang") == language
    typed(browser, "مفاو")
    browser.find_element(By.CSS_SELECTOR, ".brand span").click()
    assert closed(browser), "a click elsewhere takes the focus from the box"
    assert texts(browser, "h1") == [IRAQ.title]


@pytest.fixture
def asked(browser: Chrome, site: str) -> Chrome:
    """A page that holds requests for suggestions back until `answer` lets them go."""
    browser.get(site)
    browser.execute_script(
        """
        window.held = [];
        window.fetch = (address, { signal }) => new Promise((answer, fail) => {
            const q = new URL(address).searchParams.get("q");
            const json = (texts) => new Response(JSON.stringify([q, texts, texts, []]));
            held.push({ q, signal, fail, answer: (texts) => answer(json(texts)) });
        });
        """
    )
    return browser


def held(browser: Chrome, count: int) -> list[str]:
    """Returns the requests for suggestions, once there are ``count`` of them."""
    WebDriverWait(browser, 10).until(lambda _: browser.execute_script("return held.length") >= count)
    queries: list[str] = browser.execute_script("return held.map((one) => one.q)")
    return queries


def test_only_the_answer_for_the_current_text_is_shown(asked: Chrome) -> None:
    box(asked).send_keys("ا")
    assert held(asked, 1) == ["ا"]
    box(asked).send_keys("ب")
    assert held(asked, 2) == ["ا", "اب"]
    assert asked.execute_script("return held.map((one) => one.signal.aborted)") == [True, False]
    asked.execute_script("held[1].answer(['second']); held[0].answer(['first'])")
    WebDriverWait(asked, 10).until(lambda _: options(asked))
    assert options(asked) == ["second"]
    # Three keys within the pause make one request, an empty box makes none.
    box(asked).send_keys("جدة")
    assert held(asked, 3)[2:] == ["ابجدة"]
    box(asked).clear()
    assert closed(asked)
    box(asked).send_keys("  ", Keys.ARROW_DOWN)
    asked.execute_script("held[2].answer(['late'])")
    asked.execute_async_script("setTimeout(arguments[0], 300)")
    assert len(held(asked, 3)) == 3
    assert closed(asked)


def test_markup_in_suggestions_is_text_and_a_failing_server_leaves_a_plain_box(asked: Chrome) -> None:
    box(asked).send_keys("ا")
    held(asked, 1)
    asked.execute_script("held[0].answer(['<img src=x onerror=alert(1)>'])")
    WebDriverWait(asked, 10).until(lambda _: options(asked))
    assert options(asked) == ["<img src=x onerror=alert(1)>"]
    box(asked).send_keys("ب")
    held(asked, 2)
    asked.execute_script("held[1].fail(new TypeError('offline'))")
    WebDriverWait(asked, 10).until(lambda _: closed(asked))
    field = box(asked)
    field.send_keys(Keys.ENTER)
    WebDriverWait(asked, 10).until(staleness_of(field))
    assert box(asked).get_attribute("value") == "اب"


def test_scripts_know_the_direction_of_a_text_by_the_same_rule(browser: Chrome, site: str) -> None:
    browser.get(site)
    told = browser.execute_async_script(
        """
        const done = arguments[arguments.length - 1];
        import("/static/directions.js").then(({ direction }) => done(arguments[0].map(direction)), done);
        """,
        list(DIRECTIONS),
    )
    assert told == list(DIRECTIONS.values())


def test_letters_under_composition_are_left_alone(asked: Chrome) -> None:
    asked.execute_script(
        """
        const input = document.querySelector("input[type=search]");
        input.focus();
        input.value = "ka";
        input.dispatchEvent(new InputEvent("input", { isComposing: true, bubbles: true }));
        input.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", isComposing: true, bubbles: true }));
        """
    )
    asked.execute_async_script("setTimeout(arguments[0], 300)")
    assert held(asked, 0) == []
    asked.execute_script("document.querySelector('input').dispatchEvent(new CompositionEvent('compositionend'))")
    assert held(asked, 1) == ["ka"]


@pytest.mark.parametrize(("pixels", "language", "told"), [(360, "ar", "الموضع {} من 4"), (1440, "en", "Match {} of 4")])
def test_readers_step_from_hit_to_hit(browser: Chrome, site: str, pixels: int, language: str, told: str) -> None:
    wide(browser, pixels)
    browser.get(f"{site}/?q={quote('العراق الأمريكي')}&lang={language}")
    results = browser.current_url
    follow(browser, ".results h3 a")
    status = browser.find_element(By.CSS_SELECTOR, ".steps [role=status]")
    back, on = browser.find_elements(By.CSS_SELECTOR, ".steps button")
    assert status.text == ""

    def at(number: int) -> None:
        WebDriverWait(browser, 10).until(lambda _: status.text == told.format(number))
        mark = browser.find_element(By.CSS_SELECTOR, "mark:target")
        assert mark.get_attribute("id") == f"hit-{number}"
        top = browser.execute_script("return arguments[0].getBoundingClientRect().top", mark)
        assert 0 <= top <= 800

    on.click()
    at(1)
    on.click()
    at(2)
    back.click()
    back.click()
    at(4)
    ActionChains(browser).key_down(Keys.ALT).send_keys(Keys.ARROW_DOWN).key_up(Keys.ALT).perform()
    at(1)
    ActionChains(browser).key_down(Keys.ALT).send_keys(Keys.ARROW_UP).key_up(Keys.ALT).perform()
    at(4)
    browser.back()
    WebDriverWait(browser, 10).until(lambda _: browser.current_url == results)


@pytest.mark.parametrize(("pixels", "language", "said"), [(360, "ar", "نُسخ"), (1440, "en", "Copied")])
def test_a_citation_is_copied(browser: Chrome, site: str, pixels: int, language: str, said: str) -> None:
    permissions = ["clipboardReadWrite", "clipboardSanitizedWrite"]
    browser.execute_cdp_cmd("Browser.grantPermissions", {"origin": site, "permissions": permissions})
    wide(browser, pixels)
    browser.get(f"{site}/?q={quote('القتالي')}&lang={language}")
    follow(browser, ".results h3 a")
    for name in ("citation", "permalink", "ris"):
        for summary in browser.find_elements(By.CSS_SELECTOR, f"details:not([open]):has(#{name}) > summary"):
            summary.click()
        button = browser.find_element(By.CSS_SELECTOR, f"[data-copies={name}]")
        button.click()
        WebDriverWait(browser, 10).until(lambda driver: said in texts(driver, "[role=status]"))
        copied = browser.execute_async_script("navigator.clipboard.readText().then(arguments[0])")
        source = browser.find_element(By.ID, name).get_attribute("textContent") or ""
        assert copied.split() == source.split()
    browser.execute_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    browser.find_element(By.CSS_SELECTOR, "[data-copies=citation]").click()
    assert browser.execute_script("return getSelection().toString()").strip() == texts(browser, "#citation")[0]


def test_elements_that_need_a_script_are_hidden_without_one(browser: Chrome, site: str) -> None:
    wide(browser, 1440)
    with without_scripts(browser):
        browser.get(f"{site}/?q={quote('القتالي')}")
        assert not browser.find_elements(By.CSS_SELECTOR, "[role=listbox], [role=combobox]")
        follow(browser, ".results h3 a")
        for useless in browser.find_elements(By.CSS_SELECTOR, ".steps, button.copy"):
            assert not useless.is_displayed()
        browser.find_element(By.CSS_SELECTOR, ".hits a[href='#hit-2']").click()
        assert browser.current_url.endswith("#hit-2")
