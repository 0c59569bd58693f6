# SPDX-License-Identifier: GPL-3.0-or-later
"""The addresses by which programs follow the archive: feeds, search description for browsers, sitemaps, robots.txt."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import wraps

from flask import Blueprint, Response, current_app, request, url_for
from lxml import etree
from werkzeug.exceptions import NotFound

from indexer.search.query.request import SearchRequest
from web.feeds import sitemaps
from web.feeds.atom import atom
from web.feeds.entries import Feed, feed_of
from web.feeds.json_feed import json_feed
from web.feeds.rss import rss
from web.links import site
from web.links.links import FEED_TYPES, HOME, FeedForm, article_page, feed_address, place
from web.requests.exchange import archive, revalidated, search_request, validated
from web.requests.parameters import parameters
from web.texts import texts
from web.texts.language import current, gettext

discovery = Blueprint("discovery", __name__)

OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"
OPENSEARCH_TYPE = "application/opensearchdescription+xml"
SUGGESTIONS_TYPE = "application/x-suggestions+json"

FEED_ENTRIES = 50
"""How many entries a feed has by default: more than a page, since few feed readers go on to the next part."""
_WRITERS: dict[FeedForm, Callable[[Feed], bytes]] = {"atom": atom, "rss": rss, "json": json_feed}

_NEVER = ("/api/", "/suggest", "/feed.", "/*?", "/articles/*.bib", "/articles/*.ris")
"""What no crawler should fetch: there is no end of searches, and the other forms of an article are no pages."""
_ARTICLES = "/articles/"


@discovery.get("/feed.<any(atom,rss,json):form>")
@revalidated
def feed(form: FeedForm) -> Response:
    """What a search finds, the latest addition first; the parameters are those of the search page."""
    stated = {name: values for name, values in parameters().items() if any(values)}
    if not {"per_page", "limit"} & set(stated):
        stated["per_page"] = [str(FEED_ENTRIES)]
    asked = replace(search_request(stated), sort="added", explain=False)
    if asked.match == "auto":  # ordered by time, partial matches would stand among full ones
        asked = replace(asked, match="all")
    results = archive().search(asked)
    return validated(_sent(_WRITERS[form](feed_of(results, form)), FEED_TYPES[form]), results.index)


@discovery.get("/opensearch.xml")
def opensearch() -> Response:
    """The description by which a browser offers this archive as one of its search engines (OpenSearch)."""
    root = etree.Element(f"{{{OPENSEARCH}}}OpenSearchDescription", nsmap={None: OPENSEARCH})
    templates = {
        kind: f"{address}{'&' if '?' in address else '?'}q={{searchTerms}}"
        for kind, address in (
            ("text/html", site.absolute(place(HOME))),
            (SUGGESTIONS_TYPE, site.absolute(place("discovery.suggest"))),
            *((kind, site.absolute(feed_address(SearchRequest(), form))) for form, kind in FEED_TYPES.items()),
        )
    }
    for name, text in (
        ("ShortName", gettext("Fihrist")),
        ("Description", gettext("Search an archive of Arabic news")),
        ("InputEncoding", "UTF-8"),
    ):
        etree.SubElement(root, f"{{{OPENSEARCH}}}{name}").text = text
    etree.SubElement(root, f"{{{OPENSEARCH}}}Language").text = current().code
    icon = etree.SubElement(root, f"{{{OPENSEARCH}}}Image", width="16", height="16", type="image/svg+xml")
    icon.text = site.absolute(url_for("static", filename="favicon.svg"))
    for kind, template in templates.items():
        etree.SubElement(root, f"{{{OPENSEARCH}}}Url", type=kind, method="get", template=template)
    own = site.absolute(place("discovery.opensearch"))
    etree.SubElement(root, f"{{{OPENSEARCH}}}Url", type=OPENSEARCH_TYPE, rel="self", template=own)
    response = _sent(etree.tostring(root, encoding="utf-8", xml_declaration=True), OPENSEARCH_TYPE)
    if not site.public_url():
        # The answer holds the address that the request was made to, which no cache may give to others.
        response.cache_control.no_store = True
    return response


@discovery.get("/suggest")
@revalidated
def suggest() -> Response:
    """Answers with completions of ``q`` in the format of OpenSearch: the query, its completions, and their kinds.

    A fourth list holds the address of the article for each headline.
    """
    asked = search_request()
    results = archive().suggest(asked)
    found = results.suggestions
    body = [
        asked.q,
        [one.text for one in found],
        [texts.named(texts.SUGGESTED, one.kind) for one in found],
        [site.absolute(article_page(one.article)) if one.article else "" for one in found],
    ]
    return validated(Response(json.dumps(body), content_type=SUGGESTIONS_TYPE), results.index)


@discovery.get("/robots.txt")
def robots() -> Response:
    """What crawlers may fetch."""
    closed = _NEVER if current_app.config[site.CRAWL] else (*_NEVER, _ARTICLES)
    lines = ["User-agent: *", *(f"Disallow: {request.script_root}{path}" for path in closed)]
    if current_app.config[site.SITEMAP]:
        lines += ["", f"Sitemap: {site.absolute(url_for('discovery.sitemap'))}"]
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def _only_with_sitemap(view: Callable[..., Response]) -> Callable[..., Response]:
    """Makes a view answer 404 unless the setting ``sitemap`` is on."""

    @wraps(view)
    def answer(**path: object) -> Response:
        if not current_app.config[site.SITEMAP]:
            raise NotFound
        return view(**path)

    return answer


@discovery.get("/sitemap.xml")
@_only_with_sitemap
@revalidated
def sitemap() -> Response:
    """The sitemap of all articles, or an index of several if they are too many for one."""
    info = archive().info()
    count = sitemaps.files(info.articles)
    if count == 1:
        return _part(1)
    parts = (site.absolute(url_for("discovery.sitemap_part", number=number + 1)) for number in range(count))
    return validated(_sent(sitemaps.sitemap_index(parts), sitemaps.MEDIA_TYPE), info)


@discovery.get("/sitemap-<int:number>.xml")
@_only_with_sitemap
@revalidated
def sitemap_part(number: int) -> Response:
    """One of several sitemaps, from 1 on."""
    if not 1 <= number <= sitemaps.files(archive().info().articles):
        raise NotFound
    return _part(number)


def _part(number: int) -> Response:
    listing = archive().listing((number - 1) * sitemaps.MOST, sitemaps.MOST)
    folder = site.absolute(url_for("pages.article", article_id="0" * 16)).removesuffix("0" * 16)
    pages = ((f"{folder}{article_id}", moment) for article_id, moment in listing.articles)
    return validated(_sent(sitemaps.sitemap(pages), sitemaps.MEDIA_TYPE), listing.index)


def _sent(body: bytes | str, media_type: str) -> Response:
    return Response(body, content_type=f"{media_type}; charset=utf-8")
