"""The one table of settings: name, default, meaning, environment variable.

A setting comes from the command line, else from its environment variable, else from its default.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

from indexer.errors import UsageError

Value = str | int


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table.

    A whole-number setting accepts ``least`` to ``most``, a text one of ``choices`` or what ``pattern`` matches, if any.
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
        """The environment variable that sets it."""
        return f"FIHRIST_{self.name.upper()}"

    def parse(self, text: str, origin: str) -> Value:
        """The value that ``text`` states. Raises UsageError, naming ``origin``."""
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
        Setting("index", "index", "the folder that holds the index"),
        Setting("host", "127.0.0.1", "the address that `fihrist serve` listens on"),
        Setting("port", 8000, "the port that `fihrist serve` listens on", 1, 65_535),
        Setting("workers", 2, "how many processes answer requests", 1, 64),
        Setting("threads", 4, "how many clients one process attends to at once", 1, 64),
        Setting(
            "log_level",
            "info",
            "what the server writes: from this level on",
            choices=("debug", "info", "warning", "error"),
        ),
        Setting("max_requests", 20_000, "after about how many requests a process is renewed; 0: never", 0, 10**8),
        Setting("query_seconds", 10, "after how many seconds a search is given up", 1, 3_600),
        Setting("rate", 0, "how many requests a minute one client may make; 0: any number", 0, 1_000_000),
        Setting("api_keys", "-", "a file of API keys, a line each, as `fihrist key` makes them; - for none"),
        Setting("api_keys_needed", 0, "1: the API answers only who has a key", 0, 1),
        Setting("cors", "-", "origins whose scripts may read the API, parted by commas; * for all, - for none"),
        Setting("exports", 2, "how many exports one process sends at once; fewer than its threads", 1, 64),
        Setting("proxies", 0, "how many proxies stand before the server and say who asks (X-Forwarded-For)", 0, 10),
        Setting(
            "public_url",
            "-",
            "the address that readers know the site by, such as https://news.example.org; - for none",
            pattern=r"-|https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*/?",
        ),
        Setting("crawl", 1, "whether crawlers may fetch the pages of articles: 1, or 0", 0, 1),
        Setting("sitemap", 0, "whether /sitemap.xml lists the pages of all articles: 1, or 0", 0, 1),
        Setting("batch", 5_000, "after how many articles a run writes a segment; memory grows with it", 1, 1_000_000),
        Setting("jobs", 0, "how many processes build large parts of an index; 0: one a core, 4 at most", 0, 64),
        Setting("nice", 10, "by how much runs and `fihrist verify` give way to other programs; 0: not at all", 0, 19),
        Setting("max_file_mb", 512, "files of more megabytes are left out; packed ones are read so far", 1, 1_000_000),
        Setting("fields", "-", "names of keys or columns, such as title=headline,body=content.text; - for the usual"),
        Setting("own_fields", "-", "the archive's own fields, such as language=lang,desk=meta.desk; - for none"),
        Setting("source_names", "-", "a file of names of sources, a line each: domain = name; - for none"),
        Setting(
            "clean_sources",
            "-",
            "sources whose text holds no furniture of pages: names, domains or folders, parted by commas; * for all",
        ),
        Setting("file_dates", 0, "1: an article that states no date has that of its file", 0, 1),
        Setting("all_pages", 0, "1: pages of HTML that look like no article are taken, too", 0, 1),
        Setting("recency", 0, "by how many per cent the newest articles rank higher, older ones by less", 0, 1_000),
        Setting("language", "ar", "the language of the pages where their address names none", choices=("ar", "en")),
        Setting("digits", "western", "the digits of the Arabic pages", choices=("western", "arabic-indic")),
        Setting(
            "months",
            "both",
            "whose names months have on the Arabic pages; both: those of Iraq and those of Egypt",
            choices=("both", "iraq", "egypt", "tunisia", "morocco"),
        ),
        Setting("shrink", 20, "a run that would take out more than this percentage of the articles is refused", 0, 100),
        Setting("generations", 2, "how many generations are kept, the published one included", 1, 100),
    )
}


def setting(name: str, given: Value | None = None, environ: Mapping[str, str] | None = None) -> Value:
    """The value of the setting ``name``: ``given`` (from the command line), else the environment's, else the default.

    Raises UsageError where the environment's value cannot be used, KeyError on an unknown name.
    """
    row = SETTINGS[name]
    if given is not None:
        return row.parse(str(given), f"--{name.replace('_', '-')}")
    text = (os.environ if environ is None else environ).get(row.variable)
    return row.default if text is None else row.parse(text, row.variable)


def resolve(name: str, given: Value | None = None) -> tuple[Value, str]:
    """The value of the setting ``name``, and where it comes from: the option, the variable, or "default".

    Raises as `setting` does.
    """
    row = SETTINGS[name]
    if given is not None:
        origin = f"--{name.replace('_', '-')}"
    else:
        origin = row.variable if row.variable in os.environ else "default"
    return setting(name, given), origin


def text_setting(name: str, given: str | None = None) -> str:
    """`setting` for a row whose values are texts."""
    return str(setting(name, given))


def number_setting(name: str, given: int | None = None) -> int:
    """`setting` for a row whose values are whole numbers."""
    return int(setting(name, given))
