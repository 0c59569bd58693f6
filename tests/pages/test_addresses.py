# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests links to originals: only web addresses become links, and the displayed host is the one that the link leads
to."""

from __future__ import annotations

from urllib.parse import quote, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.web_fixtures import RLO
from web.links.originals import SHOWN_CHARS, web_link


@pytest.mark.parametrize(
    ("url", "href", "host", "rest"),
    [
        ("https://news.example/a?id=1#b", "https://news.example/a?id=1#b", "news.example", "/a?id=1#b"),
        ("HTTP://News.Example", "http://news.example", "news.example", ""),
        ("https://news.example/", "https://news.example/", "news.example", ""),
        ("https://news.example:8080/", "https://news.example:8080/", "news.example:8080", ""),
        ("https://[2001:db8::1]/x", "https://[2001:db8::1]/x", "[2001:db8::1]", "/x"),
        (
            "https://موقع.وزارة-الاتصالات.مصر/",
            "https://xn--4gbrim.xn----ymcbaaajlc6dj7bxne2c.xn--wgbh1c/",
            "موقع.وزارة-الاتصالات.مصر",
            "",
        ),
        (
            "https://news.example/خبر عاجل",
            "https://news.example/%D8%AE%D8%A8%D8%B1%20%D8%B9%D8%A7%D8%AC%D9%84",
            "news.example",
            "/خبر%20عاجل",
        ),
        ("https://news.example/%D8%AE%d8%a8", "https://news.example/%D8%AE%d8%a8", "news.example", "/خب"),
        ("https://news.example/%D9%85%D9%91", "https://news.example/%D9%85%D9%91", "news.example", "/مّ"),
        ("https://news.example/caf%C3%A9", "https://news.example/caf%C3%A9", "news.example", "/café"),
    ],
)
def test_addresses_of_the_web_become_links(url: str, href: str, host: str, rest: str) -> None:
    link = web_link(url)
    assert link
    assert (link.href, link.host, link.rest) == (href, host, rest)


@pytest.mark.parametrize(
    "escapes",
    [
        "%2F%3F%23%26%3D%25%20%0A%00",  # signs that have a meaning in an address
        "%C7%E1%D3",  # Windows-1256
        "%D8",
        "%E2%80%AE",  # turns the direction
        "%E2%81%84",  # a fraction slash
        "%EF%BC%8F",  # a wide slash
        "%E3%85%A4",  # a letter that is not visible
        "%D9%91%D9%91",  # vowel signs without a letter
        "%C2%A0%E2%80%8B%D8%9C",
    ],
)
def test_what_is_no_legible_letter_stays_encoded(escapes: str) -> None:
    link = web_link(f"https://news.example/{escapes}")
    assert link
    assert link.rest == f"/{escapes}"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "ftp://news.example/",
        "//news.example/",
        "/articles/1",
        "https://",
        "https:///x",
        "https://?x",
        "https://[::1",
        "https://news.example:port/",
        "https://news.example:99999/",
        "https://good.example@bad.example/",
        "https://good.example\\@bad.example/",
        "https://good.example\\.bad.example/",
        "https://good.example%2f.bad.example/",
        "https://good example/",
        f"https://{RLO}elpmaxe.swen/",
        "https://a..b/",
        "https://-/",
        f"https://{'a' * 64}.example/",
        "https://\x00/",
        "https://\ud800/",
    ],
)
def test_other_addresses_become_no_links(url: str) -> None:
    assert web_link(url) is None


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://аррӏе.com/", "xn--80ak6aa92e.com"),  # Cyrillic
        ("https://alwаtan.example/", "xn--alwtan-5nf.example"),  # one Cyrillic letter
        ("https://أخبار.example/", "xn--igbicxr.example"),  # changes the order of what follows
        ("https://الکويت.كوم/", "xn--mgbg1fqak28c.xn--fhbei"),  # Persian kaf instead of Arabic kaf
        ("https://münchen.example/", "xn--mnchen-3ya.example"),
    ],
)
def test_deceptive_letters_of_a_host_are_shown_encoded(url: str, host: str) -> None:
    link = web_link(url)
    assert link
    assert link.host == host


def test_characters_that_turn_the_direction_are_encoded() -> None:
    link = web_link(f"https://news.example/{RLO}gpj.exe?\u2066")
    assert link
    assert (link.href, link.rest) == ("https://news.example/%E2%80%AEgpj.exe?%E2%81%A6", "/%E2%80%AEgpj.exe?%E2%81%A6")


def test_a_long_address_is_shortened_for_display() -> None:
    link = web_link("https://news.example/" + "a" * 5_000)
    assert link
    assert len(link.href) > 5_000
    assert link.rest == "/" + "a" * (SHOWN_CHARS - 1) + "…"


@given(
    st.text(max_size=40)
    | st.text(max_size=40).map(lambda text: f"https://{text}")
    | st.binary(max_size=20).map(lambda path: f"https://news.example/{quote(path)}")
)
def test_any_text_is_refused_or_becomes_a_harmless_link(text: str) -> None:
    link = web_link(text)
    if link:
        assert link.href.isascii()
        assert link.href.isprintable()
        assert not set(link.href) & set(' "<>\\^`{|}')
        parts = urlsplit(link.href)
        assert parts.scheme in ("http", "https")
        assert parts.hostname
        assert web_link(link.href) == link
        read = web_link(link.written)
        assert read
        assert unquote(read.href, errors="surrogateescape") == unquote(link.href, errors="surrogateescape")
