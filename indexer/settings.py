# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of settings: name, default, help and environment variable of each.

A setting comes from the command line, otherwise from its environment variable, otherwise from its default.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

from indexer.errors import UsageError

Value = str | int


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table.

    A number must be from ``least`` to ``most``. A text must be one of ``choices`` or match ``pattern``, if given.
    """

    name: str
    default: Value
    help: str
    least: int = 0
    most: int = 0
    choices: tuple[str, ...] = ()
    pattern: str = ""

    @property
    def variable(self) -> str:
        """The name of its environment variable."""
        return f"FIHRIST_{self.name.upper()}"

    def parse(self, text: str, origin: str) -> Value:
        """Returns the value in ``text``. Raises UsageError, which names ``origin``, if it is not valid."""
        if isinstance(self.default, str):
            if not text:
                raise UsageError(f"{origin} is empty; {self.help}")
            if self.choices and text not in self.choices:
                raise UsageError(f"{origin} must be one of {', '.join(self.choices)}, not {text[:20]!r}")
            if self.pattern and not re.fullmatch(self.pattern, text):
                raise UsageError(f"{origin} is {text[:60]!r}, but must be {self.help}")
            return text
        if not (text.isascii() and text.isdigit() and len(text) < 10 and self.least <= int(text) <= self.most):
            raise UsageError(f"{origin} must be a whole number from {self.least} to {self.most}, not {text[:20]!r}")
        return int(text)


SETTINGS = {
    setting.name: setting
    for setting in (
        Setting("index", "index", "the folder that holds the index, or the address of its engine"),
        Setting("host", "127.0.0.1", "the address that `fihrist serve` listens on"),
        Setting("port", 8000, "the port that `fihrist serve` listens on", 1, 65_535),
        Setting("mcp_host", "127.0.0.1", "the address that `fihrist mcp --http` listens on"),
        Setting("mcp_port", 8001, "the port that `fihrist mcp --http` listens on", 1, 65_535),
        Setting("workers", 2, "how many processes answer requests", 1, 64),
        Setting("threads", 4, "how many clients one process attends to at once", 1, 64),
        Setting(
            "log_level",
            "info",
            "the least level of the messages that the server logs",
            choices=("debug", "info", "warning", "error"),
        ),
        Setting("max_requests", 20_000, "after about this many requests a process is replaced; 0: never", 0, 10**8),
        Setting("query_seconds", 10, "the time limit of a search in seconds", 1, 3_600),
        Setting("rate", 0, "how many requests a minute a client may make; 0: no limit", 0, 1_000_000),
        Setting("api_keys", "-", "a file of API keys with one line each, made by `fihrist key`; - for none"),
        Setting("api_keys_needed", 0, "1: the API answers only requests with a key", 0, 1),
        Setting(
            "cors", "-", "origins whose scripts may read API and feeds, separated by commas; * for all, - for none"
        ),
        Setting("exports", 2, "how many exports a process sends at once; fewer than its threads", 1, 64),
        Setting(
            "proxies", 0, "how many proxies are in front of the server and name the client (X-Forwarded-For)", 0, 10
        ),
        Setting(
            "public_url",
            "-",
            "the public address of the site, such as https://news.example.org; - for none",
            pattern=r"-|https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*/?",
        ),
        Setting("crawl", 1, "whether crawlers may fetch the pages of articles: 1, or 0", 0, 1),
        Setting("sitemap", 0, "whether /sitemap.xml lists the pages of all articles: 1, or 0", 0, 1),
        Setting("spool", "-", "the folder of what programs write through the API; - for none, then nobody may write"),
        Setting("batch", 5_000, "how many articles a run writes at a time; memory grows with it", 1, 1_000_000),
        Setting("jobs", 0, "how many processes build large parts of an index; 0: one for each core, 4 at most", 0, 64),
        Setting(
            "nice", 10, "the niceness of runs and of `fihrist verify`, which give way to other programs; 0: none", 0, 19
        ),
        Setting(
            "max_file_mb",
            512,
            "larger files, in megabytes, are skipped; compressed files are read up to this size",
            1,
            1_000_000,
        ),
        Setting(
            "fields", "-", "names of keys or columns, such as title=headline,body=content.text; - for the usual ones"
        ),
        Setting("own_fields", "-", "the archive's own fields, such as language=lang,desk=meta.desk; - for none"),
        Setting("source_names", "-", "a file of names of sources, with lines like domain = name; - for none"),
        Setting(
            "clean_sources",
            "-",
            "sources whose text needs no cleaning: names, domains or folders, with commas; * for all, - for none",
        ),
        Setting("file_dates", 0, "1: an article without a date gets that of its file", 0, 1),
        Setting("all_pages", 0, "1: HTML pages that do not look like articles are indexed, too", 0, 1),
        Setting("recency", 0, "by how many percent the newest articles rank higher; older ones gain less", 0, 1_000),
        Setting("language", "ar", "the language of pages whose address names none", choices=("ar", "en")),
        Setting("digits", "western", "the digits of the Arabic pages", choices=("western", "arabic-indic")),
        Setting(
            "months",
            "both",
            "the names of months on the Arabic pages; both: those of Iraq and of Egypt",
            choices=("both", "iraq", "egypt", "tunisia", "morocco"),
        ),
        Setting("shrink", 20, "a run that would take out more than this percentage of the articles is refused", 0, 100),
        Setting("cluster_user", "-", "the user of a cluster that asks for one, if the address names none; - for none"),
        Setting("cluster_password_file", "-", "a file that holds the password of the cluster's user; - for none"),
        Setting(
            "cluster_ca", "-", "a file with the certificates that an opensearchs:// address trusts; - for the system's"
        ),
        Setting("cluster_shards", 0, "into how many shards a cluster's index is divided; 0: by its size", 0, 1_000),
        Setting("cluster_replicas", 1, "how many copies of each shard a cluster keeps on other nodes", 0, 20),
        Setting("alerts_state", "-", "the file in which alerts remember what was told; - for one beside their file"),
        Setting("smtp_host", "-", "the server that takes the mail of alerts; - for none"),
        Setting("smtp_port", 0, "its port; 0: 587, 465 with tls, 25 with none", 0, 65_535),
        Setting("smtp_tls", "starttls", "how mail is encrypted on its way", choices=("starttls", "tls", "none")),
        Setting("smtp_user", "-", "the user of that server; - for none"),
        Setting("smtp_password_file", "-", "a file that holds the password of that user; - for none"),
        Setting("smtp_from", "-", "the sender of mail, such as Fihrist <news@example.org>; - for none"),
        Setting("generations", 2, "how many generations are kept, including the published one", 1, 100),
    )
}


_SECRETS = frozenset(("FIHRIST_CLUSTER_PASSWORD",))
"""The variables that hold secrets. They are no settings, so that no command prints them."""


def setting(name: str, given: Value | None = None, environ: Mapping[str, str] | None = None) -> Value:
    """Returns the value of the setting ``name``: ``given``, otherwise that of its variable, otherwise the default.

    Raises UsageError if the value is not valid, KeyError if there is no such setting.
    """
    row = SETTINGS[name]
    if given is not None:
        return row.parse(str(given), f"--{name.replace('_', '-')}")
    text = (os.environ if environ is None else environ).get(row.variable)
    return row.default if text is None else row.parse(text, row.variable)


def resolve(name: str, given: Value | None = None) -> tuple[Value, str]:
    """Returns the value of the setting ``name``, and its origin: the option, the variable or "default".

    Raises as `setting` does.
    """
    row = SETTINGS[name]
    if given is not None:
        origin = f"--{name.replace('_', '-')}"
    else:
        origin = row.variable if row.variable in os.environ else "default"
    return setting(name, given), origin


def require_known(environ: Mapping[str, str] | None = None) -> None:
    """Raises UsageError if a variable begins with FIHRIST_ but names no setting: it may be mistyped.

    A slip in FIHRIST_API_KEYS_NEEDED, for instance, would leave the API open.
    """
    known = sorted({row.variable for row in SETTINGS.values()} | _SECRETS)
    for variable in sorted(os.environ if environ is None else environ):
        if variable.startswith("FIHRIST_") and variable not in known:
            (nearest,) = difflib.get_close_matches(variable, known, n=1, cutoff=0)
            raise UsageError(f"{variable} is no setting; did you mean {nearest}? `fihrist config` lists all settings")


def text_setting(name: str, given: str | None = None) -> str:
    """Returns the value of a setting whose values are texts; see `setting`."""
    return str(setting(name, given))


def number_setting(name: str, given: int | None = None) -> int:
    """Returns the value of a setting whose values are numbers; see `setting`."""
    return int(setting(name, given))
