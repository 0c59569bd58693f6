# SPDX-License-Identifier: GPL-3.0-or-later
"""``fihrist serve``: starts gunicorn with the configuration of this project."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from indexer.commands.parser import command, setting_help
from indexer.engine.engines import is_folder
from indexer.errors import NoIndexError, UsageError
from indexer.operating.keys import ApiKeys
from indexer.search.archive import Archive
from indexer.settings import SETTINGS, Value, setting

_SERVED = ("index", "host", "port", "workers", "threads", "log_level", "max_requests", "query_seconds", "rate",
           "api_keys", "api_keys_needed", "cors", "exports", "proxies", "recency", "public_url", "crawl",
           "sitemap", "spool")  # fmt: skip
_PLACES = ("api_keys", "spool")
"""The settings that name a file or folder, unless they are -."""
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
    values = checked_settings(_SERVED, options)
    require_free(str(values["host"]), int(values["port"]))
    # Isolated and in another folder, so that a web.py in the working folder is not imported instead of ours.
    start = "from gunicorn.app.wsgiapp import run; run()"
    program = ["-I", "-c", start, "--chdir", package_folder(), "--config", "python:web.serving.configuration"]
    hand_over(values, [*program, _APPLICATION])


def checked_settings(names: Sequence[str], options: argparse.Namespace) -> dict[str, Value]:
    """The settings that a server reads, with whole paths, since the server may run in another folder.

    Raises UsageError where one, or the file of keys, cannot be used, and what `Archive.info` raises, except where
    nothing is published yet: here an error can be explained.
    """
    values = {name: setting(name, getattr(options, name, None)) for name in names}
    index = str(values["index"])
    if is_folder(index):
        index = values["index"] = str(Path(index).resolve())
    for name in _PLACES:
        if values.get(name, "-") != "-":
            values[name] = str(Path(str(values[name])).resolve())
    ApiKeys.of_setting(str(values.get("api_keys", "-")))
    with suppress(NoIndexError):
        Archive(index).info()
    return values


def hand_over(values: Mapping[str, Value], program: Sequence[str]) -> NoReturn:
    """Lets ``program``, a command of this Python, take over this process and its signals, with these settings."""
    environment = {SETTINGS[name].variable: str(value) for name, value in values.items()}
    os.execve(sys.executable, [sys.executable, *program], {**os.environ, **environment})  # noqa: S606


def package_folder() -> str:
    """The folder that holds the packages of this program."""
    return str(Path(__file__).parent.parent.parent)


def require_free(host: str, port: int) -> None:
    """Raises UsageError if the port cannot be used; gunicorn would try five times and print as many lines."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
        raise UsageError(
            f"{host} port {port} cannot be listened on ({reason}); choose another by --host or --port"
        ) from error
