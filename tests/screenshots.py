"""Pictures of every page, for people to look at: `make screenshots`, or this with the address of a running server.

Each page in both languages and themes, as wide as a telephone, a tablet and a desk's screen, into screenshots/.
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


def pages(site: str, query: str) -> dict[str, str]:
    """The pages by their names, over whatever archive the server has."""
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
        "about": "/about?",
    }
    if results:
        found["article"] = f"{results[0]['links']['page']}"
    return found


def take(browser: Chrome, site: str, query: str, folder: Path) -> int:
    """All pictures; how many pages reach out of the window, each of which is told of."""
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
                    picture = browser.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})
                    (folder / f"{name}-{language}-{colours}-{pixels}.png").write_bytes(
                        base64.b64decode(picture["data"])
                    )
    return wrong


def main() -> int:
    """Take them, of the server at ``--site`` or of one over ``--index``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--site", default="", help="the address of a server; by default one is started")
    parser.add_argument("--index", type=Path, default=ROOT / "index", help="the index of a started server")
    parser.add_argument("--query", default="المدينة", help="what is searched for")
    parser.add_argument("--out", type=Path, default=ROOT / "screenshots", help="the folder for the pictures")
    given = parser.parse_args()
    if not (BROWSER and DRIVER):
        print(MISSING, file=sys.stderr)
        return 1
    given.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as profile, chromium(Path(profile)) as browser:
        if given.site:
            return min(1, take(browser, given.site, given.query, given.out))
        with running_server(given.index) as (host, port):
            return min(1, take(browser, f"http://{host}:{port}", given.query, given.out))


if __name__ == "__main__":
    sys.exit(main())
