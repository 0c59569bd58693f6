# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells which kind of page a content management system generated, by its name and by the classes of <body>."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement


class Template(Enum):
    """The kind of page that a content management system generated."""

    ARTICLE = "article"
    LIST = "list"
    ERROR = "error"
    FORUM = "forum"
    OTHER = "page that every site has"
    UNKNOWN = "unknown"


_FORUMS = (
    "vbulletin",
    "phpbb",
    "xenforo",
    "mybb",
    "discourse",
    "flarum",
    "nodebb",
    "invision",
    "ip.board",
    "fluxbb",
    "punbb",
)
# WordPress (wp-includes/post-template.php, get_body_class), Drupal 7 to 10, Joomla, Blogger.
_ERRORS = frozenset({"error404", "error-view", "page-not-found", "error-404"})
_ARTICLES = frozenset({"view-article", "item-view", "single-post", "node-type-article", "page-node-type-article",
                       "node-type-news", "page-node-type-news"})  # fmt: skip
_LISTS = frozenset({
    "search-results", "search-no-results", "path-frontpage", "path-taxonomy", "page-taxonomy", "page-taxonomy-term",
    "path-search", "page-search", "view-category", "view-categories", "view-featured", "homepage-view", "archive-view",
    "label-view", "search-view", "feed-view", "post-type-archive",
})  # fmt: skip
_OTHERS = frozenset({"path-user", "page-user", "view-login", "view-registration", "static-view", "page-user-login"})
_ARCHIVES = ("category-", "tag-", "author-", "term-", "tax-")


def template_of(tree: HtmlElement) -> Template:
    """Returns the kind of the page ``tree`` according to its system, or UNKNOWN if the system does not tell."""
    body = tree.find("body")
    classes = set((tree.get("class", "") if body is None else body.get("class", "")).lower().split())
    for meta in tree.iter("meta"):
        if meta.get("name", "").lower() == "generator":
            name = meta.get("content", "").lower()
            if any(forum in name for forum in _FORUMS):
                return Template.FORUM
    return _template_by_classes(classes)


def _template_by_classes(classes: AbstractSet[str]) -> Template:
    if classes & _ERRORS:
        return Template.ERROR
    if classes & _ARTICLES or ("single" in classes and any(name.startswith("postid-") for name in classes)):
        return Template.ARTICLE
    archive = "archive" in classes and bool(
        classes & {"category", "tag", "author", "date"} or any(name.startswith(_ARCHIVES) for name in classes)
    )
    home = "home" in classes and bool(
        classes & {"blog", "page"} or any(name.startswith("page-id-") for name in classes)
    )
    if archive or home or classes & _LISTS or ("front" in classes and "html" in classes):
        return Template.LIST
    return Template.OTHER if classes & _OTHERS else Template.UNKNOWN
