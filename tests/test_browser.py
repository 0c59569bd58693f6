"""A reader's way through the archive in a real browser, over a real index and the real server."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.expected_conditions import staleness_of
from selenium.webdriver.support.wait import WebDriverWait

from tests.servers import build_index, running_server
from tests.web_fixtures import BARE, CROWDED, HOSTILE, IRAQ, MANY, SHIPPING

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")

pytestmark = [
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


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server over a real index."""
    # Sources refuse a lone surrogate, so that it comes no further than them.
    hostile = replace(HOSTILE, body=HOSTILE.body.replace("\ud800", ""))
    index = build_index(tmp_path_factory.mktemp("browser"), [IRAQ, SHIPPING, hostile, CROWDED, BARE, *MANY])
    with running_server(index) as (host, port):
        yield f"http://{host}:{port}"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """A browser with a profile of its own."""
    options = ChromeOptions()
    options.binary_location = BROWSER or ""
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    driver = Chrome(options=options, service=Service(DRIVER))
    driver.set_page_load_timeout(30)
    yield driver
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


def walk(browser: Chrome, site: str) -> None:
    """Search, turn the page, narrow, open an article, jump to a hit, and go back."""
    browser.get(site)
    search(browser, "مفاوضات الحدود")
    assert texts(browser, "h1")[0].startswith(f"{len(MANY)} نتيجة")
    first = texts(browser, ".results h3")
    assert len(first) == 10
    assert {"مفاوضات", "الحدود"} <= {word for mark in texts(browser, ".results mark") for word in mark.split()}

    follow(browser, "a[rel=next]")
    assert texts(browser, "[aria-current=page]")[0].endswith("2")
    assert not set(first) & set(texts(browser, ".results h3"))

    follow(browser, ".facet li a")
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
    width(browser, pixels)
    walk(browser, site)


def test_it_works_without_javascript(browser: Chrome, site: str) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        walk(browser, site)
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_a_word_is_found_however_it_is_spelt(browser: Chrome, site: str) -> None:
    browser.get(site)
    search(browser, "انهاء الدور القتالى")
    assert IRAQ.title in texts(browser, ".results h3")
    assert "إنهاء" in texts(browser, ".results mark")


@pytest.mark.parametrize("pixels", WIDTHS)
def test_nothing_is_wider_than_the_window(browser: Chrome, site: str, pixels: int) -> None:
    width(browser, pixels)
    found = []
    for word in ("مقلوب", "متكررة"):
        browser.get(f"{site}/?q={quote(word)}")
        found.append(browser.find_element(By.CSS_SELECTOR, ".results h3 a").get_attribute("href") or "")
    paths = [
        "/",
        "/?q=مفاوضات&page=3",
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
    width(browser, 360)
    browser.get(f"{site}/?q={quote('العراق الأمريكي')}")
    follow(browser, ".results h3 a")
    for link in browser.find_elements(By.CSS_SELECTOR, ".hits a"):
        link.click()
        mark = browser.find_element(By.CSS_SELECTOR, "mark:target")
        bar = browser.find_element(By.CSS_SELECTOR, ".hits")
        assert not (mark.rect["y"] < bar.rect["y"] + bar.rect["height"] and mark.rect["y"] > bar.rect["y"])


@pytest.mark.parametrize("pixels", WIDTHS)
def test_many_hits_fill_three_lines_and_none_is_cut(browser: Chrome, site: str, pixels: int) -> None:
    width(browser, pixels)
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


def test_every_paragraph_is_set_in_its_own_direction(browser: Chrome, site: str) -> None:
    browser.get(f"{site}/?q={quote('القتالي')}")
    follow(browser, ".results h3 a")
    for paragraph in browser.find_elements(By.CSS_SELECTOR, ".body p"):
        assert paragraph.value_of_css_property("direction") == "rtl"
        assert paragraph.value_of_css_property("text-align") == "start"
    browser.execute_script("document.querySelector('.body p').textContent = 'The summit has ended, العراق says.'")
    assert browser.find_element(By.CSS_SELECTOR, ".body p").value_of_css_property("direction") == "ltr"


def test_the_keyboard_reaches_the_content_first(browser: Chrome, site: str) -> None:
    width(browser, 1440)
    browser.get(site)
    browser.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    focused = browser.switch_to.active_element
    assert focused.get_attribute("class") == "skip"
    assert focused.rect["y"] >= 0, "it can be seen once it is focused"
    focused.send_keys(Keys.ENTER)
    assert browser.current_url.endswith("#main")


def test_the_empty_box_starts_at_the_right(browser: Chrome, site: str) -> None:
    browser.get(site)
    box = browser.find_element(By.CSS_SELECTOR, "input[type=search]")
    assert box.value_of_css_property("direction") == "rtl"
    search(browser, "NATO")
    box = browser.find_element(By.CSS_SELECTOR, "input[type=search]")
    assert box.value_of_css_property("direction") == "ltr"


def complaints(browser: Chrome) -> list[str]:
    """What the console has said since it was last asked: files not found, rules of the policy broken."""
    entries: list[dict[str, str]] = browser.get_log("browser")  # type: ignore[no-untyped-call]  # selenium's own lack
    return [entry["message"] for entry in entries]


def test_the_browser_has_nothing_to_complain_of(browser: Chrome, site: str) -> None:
    complaints(browser)
    browser.get(f"{site}/?q={quote('العراق')}")
    follow(browser, ".results h3 a")
    assert complaints(browser) == []
