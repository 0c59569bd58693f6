# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the log: one JSON object a line, requests to stdout, everything else to stderr.

Queries are private: they are written at the level ``debug`` only. Everything is escaped to ASCII, so that nothing in an
address or a header can begin a line of its own or send commands to a terminal.
"""

from __future__ import annotations

import json
import logging
from datetime import datetime, timezone
from logging.config import dictConfig
from typing import Any

from flask import g, has_request_context
from gunicorn.config import Config
from gunicorn.glogging import Logger

ACCESS = "web.access"


class JsonFormatter(logging.Formatter):
    """Formats a record as JSON; a message that is a dict supplies the fields itself."""

    def format(self, record: logging.LogRecord) -> str:
        """Returns the record as one line."""
        fields: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        if has_request_context() and "request_id" in g:
            fields["request_id"] = g.request_id
        if isinstance(record.msg, dict):
            fields.update(record.msg)
        else:
            fields["message"] = record.getMessage()
        if record.exc_info:
            fields["traceback"] = self.formatException(record.exc_info)
        return json.dumps(fields, default=str)


def configuration(level: str) -> dict[str, Any]:
    """Returns the argument of `logging.config.dictConfig` that logs everything from ``level`` on."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": JsonFormatter}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "stream": "ext://sys.stderr", "formatter": "json"},
            "stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "json"},
        },
        "root": {"level": level.upper(), "handlers": ["stderr"]},
        "loggers": {
            ACCESS: {"handlers": ["stdout"], "propagate": False},
            "gunicorn.error": {"level": level.upper(), "handlers": [], "propagate": True},
            "gunicorn.access": {"handlers": [], "propagate": False},
        },
    }


class ServerLog(Logger):
    """Sends gunicorn's log through the handlers of this module; the application logs the requests."""

    def setup(self, cfg: Config) -> None:
        """Called by gunicorn when it starts, and again when it is told to reload."""
        super().setup(cfg)
        dictConfig(configuration(str(cfg.loglevel)))
