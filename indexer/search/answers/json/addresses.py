# SPDX-License-Identifier: GPL-3.0-or-later
"""The addresses that a JSON answer names: what makes them is handed in, since only a server has addresses."""

from __future__ import annotations

from typing import Protocol

from indexer.search.query.request import SearchRequest


class Addresses(Protocol):
    """Makes addresses, each relative to the server's root. The web application implements it."""

    def search(self, request: SearchRequest) -> str:
        """The address of a search in the API."""

    def search_page(self, request: SearchRequest) -> str:
        """The address of the page of a search."""

    def article(self, article_id: str, request: SearchRequest) -> str:
        """The address of an article in the API, where the words of ``request`` are marked."""

    def article_page(self, article_id: str, request: SearchRequest) -> str:
        """The address of the page of an article, where the words of ``request`` are marked."""

    def similar(self, article_id: str) -> str:
        """The address of the articles that are similar to an article, in the API."""
