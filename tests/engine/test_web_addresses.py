# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests which addresses are those of the same page."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.web_addresses import address_key, normal_address

SAME = [
    "https://www.example.com/a/b/?id=5&lang=ar",
    "http://example.com/a/b?lang=ar&id=5",
    "HTTP://EXAMPLE.com:80/a/b//?id=5&lang=ar#comments",
    "example.com/a/b?utm_source=x&id=5&fbclid=abc&lang=ar&UTM_Medium=y",
    "//www.example.com./a/b/?id=5&&lang=ar",
    " https://example.com:443/a/%62?%69d=5&lang=ar\n",
]
APART = [
    "https://example.com/a/b?id=6&lang=ar",
    "https://example.com/A/b?id=5&lang=ar",
    "https://example.com:8080/a/b?id=5&lang=ar",
    "https://m.example.com/a/b?id=5&lang=ar",
    "https://example.com/a/b/#!/c?id=5&lang=ar",
    "https://example.com/a/b",
]


def test_the_same_page_has_one_normal_form() -> None:
    assert {normal_address(one) for one in SAME} == {"example.com/a/b?id=5&lang=ar"}
    others = [normal_address(one) for one in APART]
    assert len({*others, normal_address(SAME[0])}) == len(APART) + 1


def test_arabic_addresses_are_the_same_however_they_are_written() -> None:
    path, host = "أخبار/خبر عاجل", "موقع.مصر"
    ascii_host = host.encode("idna").decode()
    forms = [f"https://{host}/{path}/", f"http://{ascii_host}/{quote(path)}", f"{host}/{quote(path).lower()}"]
    assert len({normal_address(one) for one in forms}) == 1
    assert normal_address("http://a.b/?q=%C7%D1") == normal_address("http://a.b/?q=%c7%d1")


@pytest.mark.parametrize("text", ["", "x", "mailto:a@b.c", "ftp://a.b/c", "http://", "http://[::1", "javascript:a.b",
                                  "http://a.b:x/", "http://a.b/" + "x" * 5_000])  # fmt: skip
def test_what_is_no_address_has_no_normal_form(text: str) -> None:
    assert normal_address(text) == ""
    assert address_key("") == 0


@given(st.text(max_size=40).map("http://a.b/{}".format) | st.text(max_size=60))
def test_a_normal_form_is_its_own(text: str) -> None:
    normal = normal_address(text)
    assert normal.isascii()
    assert normal_address(f"http://{normal}" if normal else "") == normal
    assert 0 <= address_key(normal) < 2**64
