"""How programs find and follow the archive: feeds, the description for browsers, and what crawlers may fetch."""

from __future__ import annotations

import json
from dataclasses import replace

from flask import Blueprint, Response, current_app, request, url_for
from lxml import etree
from werkzeug.exceptions import NotFound

from web.feeds import atom, sitemaps
from web.links import site
from web.links.links import FEED, HOME, article_page, place
from web.requests.exchange import archive, search_request, unchanged, validated
from web.texts import texts
from web.texts.language import current, gettext

discovery = Blueprint("discovery", __name__)

OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"
OPENSEARCH_TYPE = "application/opensearchdescription+xml"
SUGGESTIONS_TYPE = "application/x-suggestions+json"

_NEVER = ("/api/", "/suggest", "/feed.atom", "/*?", "/articles/*.bib", "/articles/*.ris")
"""What no crawler is to fetch: searches are without number, and the same article in other forms is no page."""
_ARTICLES = "/articles/"


@discovery.get("/feed.atom")
def feed() -> Response:
    """The newest articles that a search finds, as Atom; the parameters are those of the page."""
    asked = replace(search_request(), sort="newest", explain=False)
    if asked.match == "auto":  # by date, what matches a part only would stand among what matches all
        asked = replace(asked, match="all")
    if answer := unchanged(archive().info()):
        return answer
    results = archive().search(asked)
    return validated(_xml(atom.feed(results), atom.MEDIA_TYPE), results.index)


@discovery.get("/opensearch.xml")
def opensearch() -> Response:
    """What a browser must know to offer this archive as a search engine of its own."""
    root = etree.Element(f"{{{OPENSEARCH}}}OpenSearchDescription", nsmap={None: OPENSEARCH})
    templates = {
        kind: f"{address}{'&' if '?' in address else '?'}q={{searchTerms}}"
        for kind, address in (
            ("text/html", site.absolute(place(HOME))),
            (SUGGESTIONS_TYPE, site.absolute(place("discovery.suggest"))),
            (atom.MEDIA_TYPE, site.absolute(place(FEED))),
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
    response = _xml(etree.tostring(root, encoding="utf-8", xml_declaration=True), OPENSEARCH_TYPE)
    if not site.public_url():
        # It holds the address that the request was made to, which no cache may give to others.
        response.cache_control.no_store = True
    return response


@discovery.get("/suggest")
def suggest() -> Response:
    """What ``q`` may be completed to, in the form that OpenSearch describes: query, completions, their kinds.

    Then, for headlines, the addresses of their articles.
    """
    asked = search_request()
    if answer := unchanged(archive().info()):
        return answer
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


@discovery.get("/sitemap.xml")
def sitemap() -> Response:
    """All articles, or the files that hold them where they are too many for one."""
    _require_sitemap()
    info = archive().info()
    if answer := unchanged(info):
        return answer
    count = sitemaps.files(info.articles)
    if count == 1:
        return _part(1)
    parts = (site.absolute(url_for("discovery.sitemap_part", number=number + 1)) for number in range(count))
    return validated(_xml(sitemaps.sitemap_index(parts), sitemaps.MEDIA_TYPE), info)


@discovery.get("/sitemap-<int:number>.xml")
def sitemap_part(number: int) -> Response:
    """One of several files, from 1 on."""
    _require_sitemap()
    info = archive().info()
    if not 1 <= number <= sitemaps.files(info.articles):
        raise NotFound
    return unchanged(info) or _part(number)


def _require_sitemap() -> None:
    if not current_app.config[site.SITEMAP]:
        raise NotFound


def _part(number: int) -> Response:
    listing = archive().listing((number - 1) * sitemaps.MOST, sitemaps.MOST)
    folder = site.absolute(url_for("pages.article", article_id="0" * 16)).removesuffix("0" * 16)
    pages = ((f"{folder}{article_id}", moment) for article_id, moment in listing.articles)
    return validated(_xml(sitemaps.sitemap(pages), sitemaps.MEDIA_TYPE), listing.index)


def _xml(body: bytes | str, media_type: str) -> Response:
    return Response(body, content_type=f"{media_type}; charset=utf-8")
