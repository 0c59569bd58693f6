# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the sitemaps that tell crawlers the addresses of all articles: one file, or an index of several."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from xml.sax.saxutils import escape

MOST = 50_000
"""How many addresses one file may hold, by https://www.sitemaps.org/protocol.html."""

MEDIA_TYPE = "application/xml"

_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def files(articles: int) -> int:
    """Returns how many files are needed for this number of articles."""
    return max(1, -(-articles // MOST))


def sitemap(pages: Iterable[tuple[str, datetime | None]]) -> str:
    """Returns one file. ``pages`` are absolute addresses, each with the moment at which its article's date begins."""
    entries = "".join(
        f"<url><loc>{escape(address)}</loc>{f'<lastmod>{stated(moment)}</lastmod>' if moment else ''}</url>\n"
        for address, moment in pages
    )
    return f'{_HEAD}<urlset xmlns="{_NAMESPACE}">\n{entries}</urlset>\n'


def sitemap_index(addresses: Iterable[str]) -> str:
    """Returns the index of several files."""
    entries = "".join(f"<sitemap><loc>{escape(address)}</loc></sitemap>\n" for address in addresses)
    return f'{_HEAD}<sitemapindex xmlns="{_NAMESPACE}">\n{entries}</sitemapindex>\n'


def stated(moment: datetime) -> str:
    """Returns the day of ``moment``. The schema of sitemaps knows no months and years alone."""
    return f"{moment.year:04}-{moment.month:02}-{moment.day:02}"
