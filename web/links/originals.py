# SPDX-License-Identifier: GPL-3.0-or-later
"""Decides whether the address of an article's original may become a link, and how it is shown.

The address comes from a page that may be hostile. The parts of the address are shown, not the text that the page wrote,
so that the host which a reader sees is the one that a browser connects to. Percent-encoded letters are shown as letters
(the IRI of RFC 3987) if they cannot be mistaken for signs and cannot turn the direction of the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes, urlsplit

SHOWN_CHARS = 70
"""How many characters of an address are shown after its host."""

_LABEL = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?|\[[0-9a-f:.]{{2,45}}\]")
_ARABIC = re.compile(r"[0-9\u0621-\u064a-]+")
_PREFIX = "xn--"
# The characters that RFC 3986 allows in a path, query or fragment, and %, so that nothing is encoded twice.
_KEPT = "%!$&'()*+,;=:@/?-._~"
_STRIPPED = re.compile("[\t\n\r]")
_ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
# Letters of the Latin, Greek, Cyrillic, Hebrew and Arabic scripts, Arabic digits, and up to three vowel signs on a
# letter. All other characters stay encoded: signs, spaces, and what is invisible.
_LETTER = (
    r"[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0386\u0388-\u03ff\u0400-\u0481\u048a-\u052f\u05d0-\u05ea"
    r"\u0620-\u064a\u0660-\u0669\u0671-\u06d3\u06f0-\u06fc]"
)
_LEGIBLE = re.compile(rf"({_LETTER}[\u064b-\u0655\u0670]{{0,3}})")


@dataclass(frozen=True, slots=True)
class WebAddress:
    """An http or https address; ``href`` is in ASCII alone.

    ``host`` is the host as readers see it: in Arabic letters where it has no others; else its non-ASCII letters are
    written in Punycode, since they may look like other letters. ``rest`` is what follows the host, decoded, and cut if
    it is long. ``written`` is the whole address as readers see it, not cut; a browser takes it for ``href``.
    """

    href: str
    host: str
    rest: str
    written: str


def web_link(url: str) -> WebAddress | None:
    """``url`` as an address that can be linked and shown; None where it is not an http or https address.

    Addresses whose host could be misread are refused: those with a user name, and those with characters that programs
    read in different ways, such as ``\\``.
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
    legible = _ESCAPES.sub(_decoded, rest)
    shown = legible if len(legible) <= SHOWN_CHARS else f"{legible[:SHOWN_CHARS]}…"
    shown_host = _shown(host) + place.removeprefix(host)
    return WebAddress(
        href=f"{parts.scheme}://{place}{rest}",
        host=shown_host,
        rest="" if shown == "/" else shown,
        written=f"{parts.scheme}://{shown_host}{legible}",
    )


def _ascii(host: str) -> str:
    """The host in ASCII, as DNS has it. Raises ValueError where it is no host."""
    if host.isascii():
        return f"[{host}]" if ":" in host else host.lower()
    return host.encode("idna").decode("ascii").lower()


def _shown(host: str) -> str:
    """The host in Arabic letters where all its labels are Arabic, so that no other script can pass for Arabic."""
    labels = [_unicode(label) if label.startswith(_PREFIX) else label for label in host.split(".")]
    return ".".join(labels) if all(map(_ARABIC.fullmatch, labels)) and _PREFIX in host else host


def _unicode(label: str) -> str:
    try:
        return label.removeprefix(_PREFIX).encode("ascii").decode("punycode")
    except ValueError:
        return label


def _decoded(escapes: re.Match[str]) -> str:
    """The legible letters among percent-encoded bytes; all other bytes as they were."""
    try:
        text = unquote_to_bytes(escapes[0]).decode()
    except UnicodeDecodeError:
        return escapes[0]
    # Every second part is legible.
    parts = _LEGIBLE.split(text)
    return "".join(part if number % 2 else quote(part, safe="") for number, part in enumerate(parts))


def _encoded(text: str) -> str:
    return quote(text, safe=_KEPT, errors="replace")
