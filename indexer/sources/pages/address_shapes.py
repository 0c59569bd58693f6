# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells from a web address what its page is: /2023/05/14/a-long-slug is an article's, /category/sport is not."""

from __future__ import annotations

import re
from enum import Enum
from urllib.parse import parse_qsl, unquote, urlsplit

_LONGEST = 2_000


class AddressShape(Enum):
    """What kind of page an address most likely leads to."""

    ARTICLE = "article"
    HOME = "home page"
    LIST = "list"
    OTHER = "page that every site has"
    UNKNOWN = "unknown"


_HOME = frozenset({
    "index", "home", "default", "main", "ar", "arabic", "en", "english", "fr", "ar-ae", "ar-sa", "ar-eg", "mobile",
})  # fmt: skip
_LISTS = frozenset({
    "category", "categories", "cat", "tag", "tags", "label", "labels", "author", "authors", "writer", "writers",
    "search", "archive", "archives", "page", "topic", "topics", "section", "sections", "taxonomy", "keyword",
    "keywords", "sitemap",
    "وسم", "الوسم", "تصنيف", "قسم", "القسم", "كاتب", "الكاتب", "بحث",
})  # fmt: skip
_SEARCHES = frozenset({"s", "q", "query", "search", "keyword", "keywords", "tag"})
_OTHERS = frozenset({
    "login", "signin", "sign-in", "logon", "register", "signup", "sign-up", "account", "my-account", "password",
    "contact", "contact-us", "contactus", "contact_us", "about", "about-us", "aboutus", "about_us", "who-we-are",
    "privacy", "privacy-policy", "privacy_policy", "terms", "terms-of-use", "terms-of-service", "terms-and-conditions",
    "cart", "checkout", "basket", "advertise", "advertise-with-us", "subscribe", "subscription", "newsletter", "faq",
    "careers", "404", "error", "disclaimer", "cookie-policy", "wp-login",
})  # fmt: skip
_NUMBER = re.compile(r"(?<![0-9])[0-9]{5,}(?![0-9])")
_DATE = re.compile(r"(?:^|/)(?:19|20)[0-9]{2}/(?:[a-z_-]+/)?[0-9]{1,2}/(?=.)")
_PARTS = re.compile(r"[-_+ .]+")
_LEAST_WORDS_OF_SLUG = 4
"""A path segment of at least this many words is taken from a headline."""


def address_shape(url: str) -> AddressShape:
    """Returns the shape of ``url``, which may be empty or invalid. Never raises."""
    try:
        parts = urlsplit(url[:_LONGEST])
        query = parse_qsl(parts.query, max_num_fields=50)
    except ValueError:
        return AddressShape.UNKNOWN
    if not parts.hostname:
        return AddressShape.UNKNOWN
    segments = [segment for segment in unquote(parts.path).lower().split("/") if segment]
    names = [segment.rpartition(".")[0] or segment for segment in segments]
    if any(name in _SEARCHES and value for name, value in query):
        return AddressShape.LIST
    if any(name in _OTHERS for name in names[-2:]):
        return AddressShape.OTHER
    numbered = any(value.isdigit() and len(value) > 2 for _, value in query)
    if not numbered and all(name in _HOME for name in names):
        return AddressShape.HOME
    long = bool(names) and len([part for part in _PARTS.split(names[-1]) if part]) >= _LEAST_WORDS_OF_SLUG
    if numbered or long or _NUMBER.search("/".join(segments)) or _DATE.search("/".join(segments)):
        return AddressShape.LIST if "page" in names[-2:-1] else AddressShape.ARTICLE
    return AddressShape.LIST if any(name in _LISTS for name in names) else AddressShape.UNKNOWN
