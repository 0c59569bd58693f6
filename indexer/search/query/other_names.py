# SPDX-License-Identifier: GPL-3.0-or-later
"""The names that other programs have for parameters, so that an error can propose the right one."""

from __future__ import annotations

# The names that other programs' interfaces (Elasticsearch, NewsAPI, Datasette, Solr) have for the same parameters. Of
# several, the first is proposed that the address knows.
ELSEWHERE = {
    **dict.fromkeys(("query", "search", "_search", "term", "keyword", "keywords", "qintitle"), ("q", "text")),
    **dict.fromkeys(("size", "_size", "pagesize", "page_size", "rows", "count", "per"), ("per_page", "limit")),
    **dict.fromkeys(("start", "skip"), ("offset", "cursor")),
    **dict.fromkeys(("_next", "next", "after_id", "scroll_id", "search_after"), ("cursor", "page")),
    **dict.fromkeys(("sortby", "sort_by", "_sort", "order", "order_by"), ("sort",)),
    **dict.fromkeys(("since", "after", "date_from", "start_date", "startdate"), ("from",)),
    **dict.fromkeys(("until", "before", "date_to", "end_date", "enddate"), ("to",)),
    **dict.fromkeys(("fetched_after", "fetched_since", "crawled_from", "crawled_after"), ("fetched_from",)),
    **dict.fromkeys(("fetched_until", "fetched_before", "crawled_to", "crawled_before"), ("fetched_to",)),
    **dict.fromkeys(("indexed_after", "indexed_since", "added_from"), ("indexed_from",)),
    **dict.fromkeys(("added_after", "new_since", "updated_since"), ("added_since",)),
    **dict.fromkeys(("indexed_until", "indexed_before", "added_to", "added_before"), ("indexed_to",)),
    **dict.fromkeys(("sources", "domain", "domains", "site", "publisher"), ("source",)),
    **dict.fromkeys(("excludedomains", "exclude_domains", "exclude_sources", "exclude"), ("exclude_source",)),
    **dict.fromkeys(("exists", "_exists_", "with"), ("has",)),
    **dict.fromkeys(("facet.prefix", "facet_prefix", "facetquery", "facet.contains"), ("facet_query",)),
    **dict.fromkeys(("facet.limit", "facet_size", "_facet_size", "maxvaluesperfacet"), ("facet_limit",)),
    **dict.fromkeys(("section", "sections", "categories"), ("category",)),
    **dict.fromkeys(("authors", "byline", "creator", "writer"), ("author",)),
    **dict.fromkeys(("interval", "calendar_interval", "granularity"), ("by",)),
    **dict.fromkeys(("_source", "fl", "_col", "columns", "attributestoretrieve"), ("fields",)),
    **dict.fromkeys(("highlight", "hl", "snippet"), ("snippets",)),
    **dict.fromkeys(("fragment_size", "snippet_length"), ("snippet_chars",)),
    **dict.fromkeys(("aggs", "aggregations", "facet", "_facet", "facet.field"), ("facets",)),
    **dict.fromkeys(("default_operator", "operator", "mm"), ("match",)),
    **dict.fromkeys(("language", "locale"), ("lang",)),
}  # fmt: skip
_EXPORTS = "The whole of what is found, as lines of JSON or as a table, is at /export.ndjson and /export.csv."
# What to do instead of a parameter that other programs have and this one lacks.
ADVICE = {
    **dict.fromkeys(("format", "_shape", "_stream", "wt", "output", "scroll", "cursor"), _EXPORTS),
    **dict.fromkeys(("searchin", "title", "intitle"), "To look in headlines only, write title: before a word of q."),
    **dict.fromkeys(("date", "year", "published_at"), "To narrow by date, give from and to."),
    "fetched_at": "To narrow by when a page was fetched, give fetched_from and fetched_to.",
    "indexed_at": "To narrow by when an article was added, give added_since, or indexed_from and indexed_to.",
    **dict.fromkeys(("api_key", "apikey", "key", "token"), "A key is sent in the header X-API-Key."),
}  # fmt: skip
