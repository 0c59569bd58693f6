# SPDX-License-Identifier: GPL-3.0-or-later
"""The public address of this site, for feeds, citations and crawlers."""

from __future__ import annotations

from flask import Flask, current_app, request

from indexer.settings import number_setting, text_setting

_CONFIG = "PUBLIC_URL"
CRAWL = "CRAWL"
SITEMAP = "SITEMAP"


def register(app: Flask) -> None:
    """Give ``app`` the settings of the site. Raises UsageError where one cannot be used."""
    app.config[CRAWL] = bool(number_setting("crawl"))
    app.config[SITEMAP] = bool(number_setting("sitemap"))
    app.config[_CONFIG] = stated_url()


def stated_url() -> str:
    """The public address that the setting states, without a slash at its end; "" where none is set."""
    given = text_setting("public_url")
    return "" if given == "-" else given.rstrip("/")


def public_url() -> str:
    """The public address without a slash at its end; "" where none is set."""
    return str(current_app.config[_CONFIG])


def absolute(path: str) -> str:
    """The whole address of ``path``, which `flask.url_for` made.

    Where no public address is set, the host is that of the request: a client that forges a Host header gets it back.
    """
    return f"{public_url() or request.url_root.rstrip('/')}{path.removeprefix(request.script_root)}"


def canonical(path: str) -> str:
    """The canonical address of ``path``: relative where no public address is set, so that no header forges it."""
    return absolute(path) if public_url() else path
