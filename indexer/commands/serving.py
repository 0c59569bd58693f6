# SPDX-License-Identifier: GPL-3.0-or-later
"""``fihrist serve``: starts gunicorn with the configuration of this project."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from indexer.commands.parser import command, setting_help
from indexer.engine.engines import is_folder
from indexer.errors import NoIndexError, UsageError
from indexer.search.archive import Archive
from indexer.settings import SETTINGS, setting

_SERVED = ("index", "host", "port", "workers", "threads", "log_level", "max_requests", "query_seconds", "rate",
           "api_keys", "api_keys_needed", "cors", "exports", "proxies", "recency", "public_url", "crawl",
           "sitemap")  # fmt: skip
_APPLICATION = "web.app:create_app()"


def add(commands: Any) -> None:
    """Add the commands of this module."""
    serve = command(
        commands,
        "serve",
        _serve,
        "serve the web pages and the API",
        "fihrist serve --port 8080 --workers 4",
        json_too=False,
    )
    serve.add_argument("--host", help=setting_help("host"))
    for name in ("port", "workers"):
        serve.add_argument(f"--{name}", metavar="N", help=setting_help(name))
    serve.add_argument("--log-level", metavar="LEVEL", help=setting_help("log_level"))


def _serve(options: argparse.Namespace) -> int:
    # gunicorn reads the settings from the environment, so the options of the command line are put there. All settings
    # are checked here, where an error can be explained.
    values = {name: setting(name, getattr(options, name, None)) for name in _SERVED}
    index = str(values["index"])
    # The server runs in another folder.
    if is_folder(index):
        index = values["index"] = str(Path(index).resolve())
    if values["api_keys"] != "-":
        values["api_keys"] = str(Path(str(values["api_keys"])).resolve())
    with suppress(NoIndexError):
        Archive(index).info()
    _require_free(str(values["host"]), int(values["port"]))
    os.environ.update({SETTINGS[name].variable: str(value) for name, value in values.items()})
    # Isolated and in another folder, so that a web.py in the working folder is not imported instead of ours.
    package = str(Path(__file__).parent.parent.parent)
    start = "from gunicorn.app.wsgiapp import run; run()"
    program = [
        sys.executable,
        "-I",
        "-c",
        start,
        "--chdir",
        package,
        "--config",
        "python:web.serving.configuration",
        _APPLICATION,
    ]
    os.execv(sys.executable, program)  # noqa: S606  # gunicorn takes over this process and its signals


def _require_free(host: str, port: int) -> None:
    """Raises UsageError if the port cannot be used; gunicorn would try five times and print as many lines."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
        raise UsageError(
            f"{host} port {port} cannot be listened on ({reason}); choose another by --host or --port"
        ) from error
