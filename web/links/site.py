"""Where readers reach this site, for the addresses that leave it: in feeds, citations, and what crawlers read."""

from __future__ import annotations

from flask import Flask, current_app, request

from indexer.settings import number_setting, text_setting

_CONFIG = "PUBLIC_URL"
CRAWL = "CRAWL"
SITEMAP = "SITEMAP"


def register(app: Flask) -> None:
    """Let ``app`` know what is set of this. Raises UsageError where a setting cannot be used."""
    app.config[CRAWL] = bool(number_setting("crawl"))
    app.config[SITEMAP] = bool(number_setting("sitemap"))
    given = text_setting("public_url")
    app.config[_CONFIG] = "" if given == "-" else given.rstrip("/")


def public_url() -> str:
    """The public address without a slash at its end; empty where none is set."""
    return str(current_app.config[_CONFIG])


def absolute(path: str) -> str:
    """The whole address of ``path``, which `flask.url_for` made.

    Where no public address is set it is that of the request: whoever forges a Host header is told his own forgery.
    """
    return f"{public_url() or request.url_root.rstrip('/')}{path.removeprefix(request.script_root)}"


def canonical(path: str) -> str:
    """The one address of ``path``: whole where a public address is set, else relative, so that no header forges it."""
    return absolute(path) if public_url() else path
