# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells whether two addresses are those of the same page, although they are written in different ways.

The normal form of an address leaves out what does not change the page: the scheme, ``www.``, a default port, slashes at
the end, the fragment, and parameters that only say where a reader came from. Hosts are in lower case and in Punycode,
letters in UTF-8 and percent-encoded in one way, parameters sorted. It is for comparing only: it need not be an address.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from hashlib import blake2b
from urllib.parse import quote, unquote_to_bytes, urlsplit

LONGEST = 4_096
"""Longer addresses are those of no page."""

_TRACKING = re.compile(
    r"(?:utm|at|ns|pk|mtm|hsa)_[a-z_]+|(?:fb|g|d|ms|y|tw|tt|wb|gb)(?:clid|raid)|gclsrc|li_fat_id|igshid|igsh|mc_[ce]id"
    r"|mkt_tok|_g[al]|_hs(?:enc|mi)|hsctatracking|vero_id|oly_(?:enc|anon)_id|wickedid|ref_(?:src|url)|cmpid|ocid|smid"
    r"|__twitter_impression|spm|share_id|xtor"
)
_WWW = re.compile(r"www[0-9]?\.(?=[^.]+\.)")
_PORTS = {"http": 80, "https": 443}
_STRIPPED = re.compile("[\t\n\r]")
_NO_SCHEME = re.compile(r"(?://)?(?=[^/?#:@\s]+\.[^/?#:@\s]{2,}(?:[/?#:]|$))")


def normal_address(url: str) -> str:
    """Returns the normal form of an http or https address, "" if ``url`` is none. The scheme may be missing."""
    url = _STRIPPED.sub("", url.strip())
    if len(url) > LONGEST:
        return ""
    if bare := _NO_SCHEME.match(url):
        url = "http://" + url[bare.end() :]
    try:
        parts = urlsplit(url)
        port = parts.port
        host = _ascii(parts.hostname or "")
    except ValueError:  # no port, no host, an unclosed [
        return ""
    if parts.scheme not in _PORTS or not host:
        return ""
    place = host if port is None or port in _PORTS.values() else f"{host}:{port}"
    query = "&".join(f"{name}={value}" for name, value in sorted(_parameters(parts.query)))
    fragment = f"#{_same(parts.fragment)}" if parts.fragment.startswith("!") else ""
    return place + _same(parts.path).rstrip("/") + (f"?{query}" if query else "") + fragment


def address_key(normal: str) -> int:
    """Returns a number of 64 bits that stands for a normal form, by which articles are found; 0 for ""."""
    if not normal:
        return 0
    return int.from_bytes(blake2b(normal.encode("utf-8"), digest_size=8).digest(), "big") or 1


def _ascii(host: str) -> str:
    """The host in ASCII, without ``www.``. Raises ValueError where it is no host."""
    host = host.rstrip(".")
    if not host.isascii():
        host = host.encode("idna").decode("ascii")
    return _WWW.sub("", host.lower(), count=1)


def _parameters(query: str) -> Iterator[tuple[str, str]]:
    """The names and values of a query string, but for those that say nothing of the page."""
    for pair in query.split("&"):
        name, _, value = pair.replace("+", " ").partition("=")
        if (name or value) and not _TRACKING.fullmatch(name.lower()):
            yield _same(name), _same(value)


def _same(text: str) -> str:
    """The text percent-encoded, in one way however it was."""
    data = unquote_to_bytes(text.encode("utf-8", "replace"))
    with suppress(UnicodeDecodeError):  # which stands for Arabic in Windows-1256
        data = unicodedata.normalize("NFC", data.decode("utf-8")).encode("utf-8")
    return quote(data, safe="/!$'()*,:;@~")
