"""The address of an article's original: whether it may become a link, and how it is shown so that it deceives nobody.

An address comes from a page that may mean harm. What is shown is not what the page wrote but what its parts say, so
that the host which a reader sees is the one that a browser goes to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

SHOWN_CHARS = 70
"""So much of an address after its host is shown."""

_LABEL = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?|\[[0-9a-f:.]{{2,45}}\]")
_ARABIC = re.compile(r"[0-9\u0621-\u064a-]+")
_PREFIX = "xn--"
# What RFC 3986 lets stand in a path, query or fragment; % too, so that what is encoded already is not encoded twice.
_KEPT = "%!$&'()*+,;=:@/?-._~"
_STRIPPED = re.compile("[\t\n\r]")


@dataclass(frozen=True, slots=True)
class WebAddress:
    """An http or https address in ASCII alone.

    ``host`` is it as shown: Arabic letters where it consists of nothing else, otherwise any letters but ASCII as
    Punycode, since they may look like others. ``rest`` is what follows the host, cut where it is long.
    """

    href: str
    host: str
    rest: str


def web_link(url: str) -> WebAddress | None:
    """``url`` as an address to link to and to show; None where it is none of http or https.

    Refused are addresses whose host is not clear to every reader: with a user's name before it, or with characters
    that programs read in two ways, as ``\\``.
    """
    url = _STRIPPED.sub("", url.strip())
    try:
        parts = urlsplit(url)
        port = parts.port
        host = _ascii(parts.hostname or "")
    except ValueError:  # no port, no host, an unclosed [
        return None
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or not _HOST.fullmatch(host):
        return None
    place = host if port is None else f"{host}:{port}"
    rest = _encoded(parts.path)
    rest += f"?{_encoded(parts.query)}" if parts.query else ""
    rest += f"#{_encoded(parts.fragment)}" if parts.fragment else ""
    shown = rest if len(rest) <= SHOWN_CHARS else f"{rest[:SHOWN_CHARS]}…"
    shown_host = _shown(host) + place.removeprefix(host)
    return WebAddress(f"{parts.scheme}://{place}{rest}", shown_host, "" if shown == "/" else shown)


def _ascii(host: str) -> str:
    """The host as the name service knows it. Raises ValueError where it is none."""
    if host.isascii():
        return f"[{host}]" if ":" in host else host.lower()
    return host.encode("idna").decode("ascii").lower()


def _shown(host: str) -> str:
    """In Arabic where every label is, so that no label of another script can be taken for one of it."""
    labels = [_unicode(label) if label.startswith(_PREFIX) else label for label in host.split(".")]
    return ".".join(labels) if all(map(_ARABIC.fullmatch, labels)) and _PREFIX in host else host


def _unicode(label: str) -> str:
    try:
        return label.removeprefix(_PREFIX).encode("ascii").decode("punycode")
    except ValueError:
        return label


def _encoded(text: str) -> str:
    return quote(text, safe=_KEPT, errors="replace")
