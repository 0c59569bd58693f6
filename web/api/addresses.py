# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the addresses that the answers of the API name."""

from __future__ import annotations

from dataclasses import dataclass, replace

from indexer.search.query.parameters import default_facets
from indexer.search.query.request import SearchRequest
from web.requests.query_string import query_string

ROOT = "/api/v1"


@dataclass(frozen=True, slots=True)
class ApiAddresses:
    """Makes addresses without a host. ``prefix`` is the path under which the application is mounted on its server.

    They are written out here, not made by Flask's ``url_for``: a page of 100 results has 300 of them.
    """

    prefix: str

    def search(self, request: SearchRequest) -> str:
        """See `Addresses.search`."""
        return f"{self.prefix}{ROOT}/search{query_string(request)}"

    def search_page(self, request: SearchRequest) -> str:
        """See `Addresses.search_page`."""
        return f"{self.prefix}/{query_string(_as_page(request))}"

    def article(self, article_id: str, request: SearchRequest) -> str:
        """See `Addresses.article`."""
        return f"{self.prefix}{ROOT}/articles/{article_id}{query_string(request)}"

    def article_page(self, article_id: str, request: SearchRequest) -> str:
        """See `Addresses.article_page`."""
        return f"{self.prefix}/articles/{article_id}{query_string(request)}"

    def similar(self, article_id: str) -> str:
        """See `Addresses.similar`."""
        return f"{self.prefix}{ROOT}/articles/{article_id}/similar"


def _as_page(request: SearchRequest) -> SearchRequest:
    """Returns ``request`` without the parameters that pages do not know."""
    plain = SearchRequest()
    return replace(
        request,
        facets=default_facets(request.own_fields),
        facet_query=plain.facet_query,
        facet_limit=plain.facet_limit,
        snippets=plain.snippets,
        snippet_chars=plain.snippet_chars,
        fields=plain.fields,
        offsets=plain.offsets,
        cursor=None,
        offset=0 if request.cursor else request.offset,
    )
