# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes screenshots of the pages, for people to look at. `make screenshots` runs it.

It takes each page in both languages and both themes, in the widths of a telephone, a tablet and a desktop screen, into
screenshots/. With ``--documentation`` it takes the two pictures of the README instead, into docs/pictures/.
"""

from __future__ import annotations

import argparse
import base64
import json
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

from selenium.webdriver import Chrome

from tests.browsing import BROWSER, DRIVER, MISSING, chromium, overflow, theme, wide
from tests.conftest import ROOT
from tests.servers import running_server

WIDTHS = (360, 768, 1440)
TALLEST = 4_000

DOCUMENTATION = ROOT / "docs" / "pictures"
DOCUMENTED_QUERY = "جسر السنابل"
DOCUMENTED_AUTHOR = "رنا الحاج"
DOCUMENTED_SIZE = (1_200, 860)


def pages(site: str, query: str) -> dict[str, str]:
    """Returns the pages by name; they exist for any archive of the server."""
    with urlopen(f"{site}/api/v1/search?q={quote(query)}", timeout=30) as answer:
        results = json.load(answer)["results"]
    asked = f"q={quote(query)}"
    found = {
        "first-visit": "/?",
        "results": f"/?{asked}",
        "share": f"/?{asked}&timeline=share&compare_q={quote('الحكومة')}&explain=1",
        "narrowed": f"/?{asked}&sort=newest&match=any&collapse=0&from=2010&to=2030",
        "nothing": f"/?q={quote('زرافةزرافة')}&exact=1",
        "mistake": "/?from=yesterday",
        "absent": "/nothing?",
        "over-time": f"/timeline?{asked}&facet=source",
        "about": "/about?",
        "author": f"/author?author={quote(DOCUMENTED_AUTHOR)}",
        "saved": "/saved?",
        "values": f"/values/source?{asked}",
    }
    if results:
        found["article"] = f"{results[0]['links']['page']}"
    with_story = next((one["id"] for one in results if one["story"]), None)
    if with_story:
        found["story"] = f"/articles/{with_story}/story?{asked}"
    return found


def picture(browser: Chrome, path: Path) -> None:
    """Writes a picture of the window to ``path``, as PNG."""
    taken = browser.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})
    path.write_bytes(base64.b64decode(taken["data"]))


def document(browser: Chrome, site: str, folder: Path) -> None:
    """Takes the README's pictures of Arabic results and of an Arabic article."""
    theme(browser, "light")
    found = pages(site, DOCUMENTED_QUERY)
    for name in ("results", "article"):
        wide(browser, *DOCUMENTED_SIZE)
        browser.get(f"{site}{found[name]}&lang=ar")
        picture(browser, folder / f"{name}.png")


def take(browser: Chrome, site: str, query: str, folder: Path) -> int:
    """Takes all pictures. Returns how many pages are wider than the window, and prints their names on stderr."""
    wrong = 0
    for name, path in pages(site, query).items():
        for language in ("ar", "en"):
            for colours in ("light", "dark"):
                theme(browser, colours)
                for pixels in WIDTHS:
                    wide(browser, pixels)
                    browser.get(f"{site}{path}&lang={language}")
                    if out := overflow(browser):
                        wrong += 1
                        print(f"{name} {language} {pixels}: {', '.join(out[:5])}", file=sys.stderr)
                    height = browser.execute_script("return document.documentElement.scrollHeight")
                    wide(browser, pixels, min(int(height), TALLEST))
                    picture(browser, folder / f"{name}-{language}-{colours}-{pixels}.png")
    return wrong


def run(browser: Chrome, site: str, given: argparse.Namespace) -> int:
    """Takes the pictures that the command line requests. Returns 1 if a page is wider than the window, else 0."""
    if given.documentation:
        document(browser, site, given.out or DOCUMENTATION)
        return 0
    return min(1, take(browser, site, given.query, given.out or ROOT / "screenshots"))


def main() -> int:
    """Takes pictures of the server at ``--site``, or of a server that it starts over ``--index``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--site", default="", help="the address of a running server; by default one is started")
    parser.add_argument("--index", type=Path, default=ROOT / "index", help="the index of the server that is started")
    parser.add_argument("--query", default="المدينة", help="the query of the search pages")
    parser.add_argument("--documentation", action="store_true", help="take the two pictures of the README")
    parser.add_argument("--out", type=Path, help="the folder for the pictures")
    given = parser.parse_args()
    if not (BROWSER and DRIVER):
        print(MISSING, file=sys.stderr)
        return 1
    for folder in (DOCUMENTATION, ROOT / "screenshots") if not given.out else (given.out,):
        folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as profile, chromium(Path(profile)) as browser:
        if given.site:
            return run(browser, given.site, given)
        with running_server(given.index) as (host, port):
            return run(browser, f"http://{host}:{port}", given)


if __name__ == "__main__":
    sys.exit(main())
