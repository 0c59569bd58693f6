# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests the searches that a browser keeps, the link to a search, and the keys of the pages, in a real browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from tests.browser.test_accessibility import needs_axe, violations
from tests.browsers import MARKS, complaints, follow, texts, without_scripts
from tests.browsing import overflow, wide

pytestmark = MARKS

VIEWS = [(390, "ar"), (1280, "en")]
LONG_AGO = "2000-01-01T00:00:00Z"
SAVE = "button[data-asked]"
KEPT = "return JSON.parse(localStorage.getItem('fihrist-searches') ?? '{}').searches ?? []"


@pytest.fixture
def clean(browser: Chrome, site: str) -> Iterator[Chrome]:
    """The browser, in which this site keeps nothing."""
    browser.get(f"{site}/about")
    browser.execute_script("localStorage.clear()")
    complaints(browser)
    yield browser
    assert complaints(browser) == []
    browser.execute_script("localStorage.clear()")


def kept(browser: Chrome) -> list[dict[str, Any]]:
    """Returns what the browser keeps."""
    found: list[dict[str, Any]] = browser.execute_script(KEPT)
    return found


def keep(browser: Chrome, *searches: dict[str, object]) -> None:
    """Lets the browser keep these searches."""
    text = json.dumps({"fihrist": "searches", "version": 1, "searches": searches})
    browser.execute_script("localStorage.setItem('fihrist-searches', arguments[0])", text)


def search(name: str, *parameters: tuple[str, str], seen: str = LONG_AGO) -> dict[str, object]:
    return {"name": name, "parameters": parameters, "seen": seen}


BORDER = search("الحدود", ("q", "مفاوضات"), ("category", "سياسة"))
NATO = search("NATO تعلن القمة", ("q", "العراق"))


def part(browser: Chrome, name: str, row: int | None = None) -> WebElement:
    """Returns a part of the page of saved searches, or of one of its rows."""
    within = f".searches > li:nth-child({row + 1}) " if row is not None else ""
    return browser.find_element(By.CSS_SELECTOR, f"{within}[data-part={name}]")


def names(browser: Chrome) -> list[str]:
    return texts(browser, "[data-part=name]")


def said(browser: Chrome) -> str:
    return part(browser, "status").text


def says(browser: Chrome, answer: str) -> None:
    """Waits until the page says ``answer``."""
    WebDriverWait(browser, 10).until(lambda _: said(browser) == answer)


def counted(browser: Chrome) -> list[str]:
    """Returns the counts of all searches, once they are known."""
    rows = len(names(browser))
    WebDriverWait(browser, 20).until(lambda _: len(texts(browser, "[data-part=new]:not([hidden])")) == rows)
    return texts(browser, "[data-part=new]")


@pytest.mark.parametrize(("pixels", "language"), VIEWS)
def test_a_search_is_saved_and_says_what_is_new(clean: Chrome, site: str, pixels: int, language: str) -> None:
    browser = clean
    wide(browser, pixels)
    browser.get(f"{site}/?q={quote('مفاوضات')}&category={quote('سياسة')}&page=2&lang={language}")
    browser.find_element(By.CSS_SELECTOR, SAVE).click()
    (one,) = kept(browser)
    assert one["parameters"] == [["q", "مفاوضات"], ["category", "سياسة"]]
    assert one["name"].startswith("مفاوضات · ")
    assert not browser.find_element(By.CSS_SELECTOR, SAVE).is_displayed()
    follow(browser, ".asked .tools a")
    assert names(browser) == [one["name"]]
    (none,) = counted(browser)
    assert none in ("لا جديد", "Nothing new")
    keep(browser, BORDER)
    browser.refresh()
    (new,) = counted(browser)
    assert new.startswith("23 ")
    assert overflow(browser) == []
    follow(browser, "[data-part=new]")
    assert texts(browser, "h1")[0].startswith("23 ")
    assert browser.find_element(By.TAG_NAME, "html").get_attribute("lang") == language
    assert "indexed_from=2000" in browser.current_url
    browser.get(f"{site}/saved?lang={language}")
    assert counted(browser) == [none], "the reader has seen what was new"
    # Whoever opens the search itself has seen what is new, too.
    keep(browser, BORDER)
    browser.get(f"{site}/?q={quote('مفاوضات')}&category={quote('سياسة')}&lang={language}")
    assert kept(browser)[0]["seen"] > LONG_AGO


def test_searches_are_named_ordered_and_deleted_by_keyboard(clean: Chrome, site: str) -> None:
    browser = clean
    wide(browser, 1280)
    keep(browser, BORDER, NATO, search("ثالث", ("q", "بغداد")))
    browser.get(f"{site}/saved")
    assert names(browser) == ["الحدود", "NATO تعلن القمة", "ثالث"]
    assert browser.find_elements(By.CSS_SELECTOR, ".searches a bdi")[1].get_attribute("dir") == "rtl"
    part(browser, "down", 0).send_keys(Keys.ENTER)
    assert names(browser) == ["NATO تعلن القمة", "الحدود", "ثالث"]
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    assert names(browser) == ["NATO تعلن القمة", "ثالث", "الحدود"]
    browser.switch_to.active_element.send_keys(Keys.ENTER)  # at the end the focus is on the way back
    assert names(browser) == ["NATO تعلن القمة", "الحدود", "ثالث"]
    part(browser, "rename", 1).send_keys(Keys.ENTER)
    field = browser.switch_to.active_element
    field.send_keys("لا", Keys.ESCAPE)
    assert names(browser)[1] == "الحدود"
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    browser.switch_to.active_element.send_keys("<b>حدود</b>", Keys.ENTER)
    assert names(browser)[1] == "<b>حدود</b>"
    part(browser, "delete", 0).send_keys(Keys.ENTER)
    assert [one["name"] for one in kept(browser)] == ["<b>حدود</b>", "ثالث"]
    browser.switch_to.active_element.send_keys(Keys.ENTER)  # on «Undo»
    assert names(browser) == ["NATO تعلن القمة", "<b>حدود</b>", "ثالث"]
    counted(browser)
    part(browser, "all").click()
    assert {one["seen"] > LONG_AGO for one in kept(browser)} == {True}


def test_searches_travel_as_a_file_and_as_an_address(clean: Chrome, site: str, tmp_path: Path) -> None:
    browser = clean
    wide(browser, 390)
    keep(browser, BORDER, NATO)
    browser.get(f"{site}/saved?lang=en")
    browser.execute_script("URL.createObjectURL = (blob) => (blob.text().then((one) => (window.file = one)), '#')")
    part(browser, "export").click()
    text = WebDriverWait(browser, 10).until(lambda _: browser.execute_script("return window.file"))
    (file := tmp_path / "mine.json").write_text(text, encoding="utf-8")
    part(browser, "share").click()
    assert part(browser, "address").is_displayed()
    address = part(browser, "address").get_attribute("value") or ""
    assert address.startswith(f"{site}/saved?lang=en#searches=")
    mine = kept(browser)

    browser.execute_script("localStorage.clear()")
    browser.get("about:blank")
    browser.get(address)
    assert texts(browser, "[data-part=offered] li") == ["الحدود", "NATO تعلن القمة"]
    assert kept(browser) == []
    part(browser, "take").click()
    assert [{**one, "seen": LONG_AGO} for one in kept(browser)] == mine
    assert urlsplit(browser.current_url).fragment == ""
    assert said(browser) == "Searches added: 2."
    part(browser, "import").send_keys(str(file))
    says(browser, "Searches added: 0.")
    keep(browser)
    browser.refresh()
    part(browser, "import").send_keys(str(file))
    WebDriverWait(browser, 10).until(lambda _: len(names(browser)) == 2)
    assert kept(browser) == mine


HOSTILE_ENTRIES: list[object] = [
    None,
    7,
    [],
    {"name": "x"},
    {"name": "x", "parameters": "q=1", "seen": ""},
    {"name": "x", "parameters": [["q"]], "seen": ""},
    {"name": "x", "parameters": [["q", {"toString": "x"}]], "seen": ""},
    {"name": "x", "parameters": [["javascript", "alert(1)"]], "seen": ""},
    {"name": "x", "parameters": [["q", "ا" * 1_001]], "seen": ""},
    {"name": "x", "parameters": [["q", "ا" * 900]] * 9, "seen": ""},
    {"name": ["x"], "parameters": [["q", "x"]], "seen": ""},
]


def test_hostile_files_and_addresses_are_refused_or_harmless(clean: Chrome, site: str, tmp_path: Path) -> None:
    browser = clean
    browser.get(f"{site}/saved?lang=en")
    good = {"name": "<img src=x onerror=alert(1)>\u202e", "parameters": [["q", "x"]], "seen": "9999-01-01T00:00:00Z"}
    for number, (content, answer) in enumerate(
        (
            (json.dumps({"fihrist": "searches", "version": 1, "searches": [*HOSTILE_ENTRIES, good, good]}),
             f"Searches added: 1. Searches that cannot be read: {len(HOSTILE_ENTRIES)}."),
            (json.dumps({"fihrist": "searches", "version": 1, "searches": [
                {"name": f"{one}", "parameters": [["q", f"w{one}"]], "seen": {}} for one in range(70)]}),
             "Searches added: 49. No more than 50 searches are kept; the rest was left out."),
            ("[" * 10_000, "No searches can be read in the file 2.json."),
            ('{"searches": 1}', "No searches can be read in the file 3.json."),
            ("\x00\xff", "No searches can be read in the file 4.json."),
            (" " * 1_000_001, "No searches can be read in the file 5.json."),
        )
    ):  # fmt: skip
        (file := tmp_path / f"{number}.json").write_text(content, encoding="utf-8")
        part(browser, "import").send_keys(str(file))
        says(browser, answer)
    assert len(kept(browser)) == 50
    assert names(browser)[0] == "<img src=x onerror=alert(1)>"
    assert kept(browser)[0]["seen"] < "9999"
    assert not browser.find_elements(By.CSS_SELECTOR, "main img")
    browser.execute_script("localStorage.clear()")
    for fragment in ("", "%%%", "bnVsbA", "W1sxLDJdXQ", "A" * 50_000):
        browser.get("about:blank")
        browser.get(f"{site}/saved?lang=en#searches={fragment}")
        assert texts(browser, "[data-part=offered] li") == []
        assert part(browser, "broken").is_displayed()
        assert not part(browser, "take").is_displayed()
        part(browser, "decline").click()
        assert kept(browser) == []
    # What another program wrote where this site keeps its searches is no search.
    browser.execute_script("localStorage.setItem('fihrist-searches', '{]')")
    browser.refresh()
    assert part(browser, "none").is_displayed()


def test_a_browser_that_keeps_nothing_says_so(clean: Chrome, site: str) -> None:
    browser = clean
    browser.get(f"{site}/?q={quote('مفاوضات')}&lang=en")
    browser.execute_script("Storage.prototype.setItem = () => { throw new DOMException('no', 'QuotaExceededError'); }")
    browser.find_element(By.CSS_SELECTOR, SAVE).click()
    assert "keeps nothing" in texts(browser, f"{SAVE} + [role=status]")[0]
    with without_scripts(browser):
        browser.get(f"{site}/saved?lang=en")
        assert "needs JavaScript" in texts(browser, "main")[0]
        assert not browser.find_elements(By.CSS_SELECTOR, "main button:not([hidden] *)")


@needs_axe
@pytest.mark.parametrize(("pixels", "language"), VIEWS)
def test_the_page_and_the_list_of_keys_are_accessible(clean: Chrome, site: str, pixels: int, language: str) -> None:
    browser = clean
    wide(browser, pixels)
    keep(browser, BORDER, NATO)
    browser.get(f"{site}/saved?lang={language}")
    counted(browser)
    part(browser, "share").click()
    part(browser, "rename", 0).click()
    assert violations(browser) == []
    assert overflow(browser) == []
    browser.find_element(By.CSS_SELECTOR, "[data-opens=keys]").click()
    assert browser.find_element(By.ID, "keys").is_displayed()
    assert violations(browser) == []


def test_keys_lead_to_the_box_the_results_and_the_list_of_keys(clean: Chrome, site: str) -> None:
    browser = clean
    wide(browser, 1280)
    browser.get(f"{site}/?q={quote('مفاوضات')}&lang=en")
    body = browser.find_element(By.TAG_NAME, "body")
    dialog = browser.find_element(By.ID, "keys")
    for key in ("?", "؟"):
        # The driver has no key for the Arabic sign.
        pressed = "new KeyboardEvent('keydown', { key: arguments[0], bubbles: true })"
        browser.execute_script(f"document.body.dispatchEvent({pressed})", key)
        assert dialog.is_displayed()
        ActionChains(browser).send_keys(Keys.ESCAPE).perform()
        assert not dialog.is_displayed()
    titles = browser.find_elements(By.CSS_SELECTOR, ".results h3 a")
    for key, place in ((Keys.ARROW_DOWN, 0), (Keys.ARROW_DOWN, 1), (Keys.ARROW_UP, 0), (Keys.ARROW_UP, 0)):
        ActionChains(browser).key_down(Keys.ALT).send_keys(key).key_up(Keys.ALT).perform()
        assert browser.switch_to.active_element == titles[place]
    body.send_keys("/")
    box = browser.switch_to.active_element
    assert box.get_attribute("name") == "q"
    box.send_keys("?")
    assert not dialog.is_displayed(), "in a box it is a sign"
    browser.find_element(By.CSS_SELECTOR, "[data-opens=keys]").click()
    dialog.find_element(By.CSS_SELECTOR, "input").click()
    dialog.find_element(By.CSS_SELECTOR, "button").click()
    browser.refresh()
    browser.find_element(By.TAG_NAME, "body").send_keys("?/")
    assert not browser.find_element(By.ID, "keys").is_displayed()
    assert browser.switch_to.active_element.get_attribute("name") != "q"


def test_a_link_to_a_search_is_copied(clean: Chrome, site: str) -> None:
    browser = clean
    permissions = ["clipboardReadWrite", "clipboardSanitizedWrite"]
    browser.execute_cdp_cmd("Browser.grantPermissions", {"origin": site, "permissions": permissions})
    browser.get(f"{site}/?q={quote('مفاوضات')}&source={quote('نشرة النيل')}&page=2&explain=1&lang=en")
    browser.find_element(By.CSS_SELECTOR, "[data-copies=link]").click()
    WebDriverWait(browser, 10).until(lambda driver: "Copied" in texts(driver, "[role=status]"))
    copied = browser.execute_async_script("navigator.clipboard.readText().then(arguments[0])")
    assert copied.startswith(f"{site}/?")
    assert parse_qsl(urlsplit(copied).query) == [("q", "مفاوضات"), ("source", "نشرة النيل"), ("lang", "en")]
    browser.execute_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    browser.find_element(By.CSS_SELECTOR, "[data-copies=link]").click()
    assert browser.execute_script("return getSelection().toString()").strip() == copied
