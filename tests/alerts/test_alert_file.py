# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests how the file of searches and channels is read, and that each fault is named with its line."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import moments
from indexer.alerts.alert_file import AlertFile, read_alert_file
from indexer.alerts.places_in_toml import line_of, parsed
from indexer.alerts.webhook import Webhook
from indexer.errors import UsageError
from indexer.search.query.request import SearchRequest

SECRET = "a secret of enough bytes"


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK_SECRET", SECRET)
    monkeypatch.setenv("FIHRIST_SMTP_HOST", "mail.example.org")
    monkeypatch.setenv("FIHRIST_SMTP_FROM", "فهرست <news@example.org>")


def read(tmp_path: Path, text: str, own_fields: tuple[str, ...] = ("desk",)) -> AlertFile:
    path = tmp_path / "alerts.toml"
    path.write_text(dedent(text), encoding="utf-8")
    return read_alert_file(path, own_fields)


def test_a_file_of_searches_and_channels(tmp_path: Path) -> None:
    file = read(tmp_path, """\
        [channels.hook]
        webhook = "https://مثال.example/hook"
        secret_variable = "HOOK_SECRET"
        tries = 2

        [channels.desk]
        mail = ["desk@example.org", "editor@example.org"]

        [searches."جسر السنابل"]
        q = "جسر السنابل"
        source = ["alrafidain-today", "nile-gazette"]
        desk = "economy"
        from = 2021
        to = 2023-05-14
        exact = true
        collapse = false
        tell = ["hook", "desk"]
        since = 2026-01-01T03:15:00Z

        [searches.all]
        """)  # fmt: skip
    assert not file.faults
    bridges, everything = file.searches
    assert bridges.request == SearchRequest.from_params(
        {"q": ["جسر السنابل"], "source": ["alrafidain-today", "nile-gazette"], "desk": ["economy"], "from": ["2021"],
         "to": ["2023-05-14"], "exact": ["1"], "collapse": ["0"]}, ("desk",),
    )  # fmt: skip
    assert bridges.tell == ("hook", "desk")
    assert bridges.since == moments.read("2026-01-01T03:15:01Z"), "the moment itself is left out"
    assert (everything.name, everything.request.q, everything.tell, everything.since) == ("all", "", ("print",), None)
    (hook,) = file.channels["hook"]
    assert isinstance(hook, Webhook)
    assert (hook.address.hostname, hook.secret, hook.tries) == ("xn--mgbh0fb.example", SECRET.encode(), 2)
    assert [one.name for one in file.channels["desk"]] == ["desk/desk@example.org", "desk/editor@example.org"]


HOOK = "[channels.h]\nsecret_variable = 'HOOK_SECRET'\nwebhook = "
BARE = "[channels.h]\nwebhook = 'https://x.example'\n"
FAULTS = [
    ("[searches.a]\nq = 'x'\nsourc = 'y'", 3, "searches.a.sourc", "did you mean source?"),
    ("[searches.a]\nq = [\n'x',\n'y',\n]", 2, "searches.a.q", "given 2 times"),
    ("[searches.a]\n\n# note\nfrom = 'soon'", 4, "searches.a.from", "must be a"),
    ("[searches.a]\nfrom = 2022\nto = 2021", 2, "searches.a.from", "lies after"),
    ("[searches.a]\nq = 1.5", 2, "searches.a.q", "must be a text"),
    ("[searches.a]\nq = {x = 1}", 2, "searches.a.q", "must be a text"),
    ("[searches.a]\nadded_since = 2020", 2, "searches.a.added_since", "is not needed"),
    ("[searches.a]\nsince = 'never'", 2, "searches.a.since", "must be a moment"),
    ("[searches.a]\ntell = 'deks'\n[channels.desk]\nmail = 'a@b.c'", 2, "searches.a.tell", "did you mean desk?"),
    ("[searches]\na = 1", 2, "searches.a", "must be a table"),
    ("[search.a]", 1, "search", "is unknown"),
    (f"{HOOK}'ftp://x.example'", 3, "channels.h.webhook", "https://"),
    (f"{HOOK}'https://me:x@x.example'", 3, "channels.h.webhook", "user"),
    (f"{HOOK}'https://[x'", 3, "channels.h.webhook", "address"),
    (f'{HOOK}"https://x.example/\\r\\nX: y"', 3, "channels.h.webhook", "address"),
    (f"{HOOK}1", 3, "channels.h.webhook", "address"),
    (f"{HOOK}'https://x.example'\ntries = 99", 4, "channels.h.tries", "10"),
    (f"{HOOK}'https://x.example'\nmail = 'a@b.c'", 1, "channels.h", "one of"),
    (BARE, 1, "channels.h.secret_file", "secret"),
    (f"{BARE}secret_file = '/no/where'", 3, "channels.h.secret_file", "No such"),
    (f"{BARE}secret_variable = 'NOWHERE'", 3, "channels.h.secret_variable", "16"),
    ("[channels.d]\nmail = []", 2, "channels.d.mail", "1 to 100"),
    ('[channels.d]\nmail = ["a@b.c", "x\\r\\nBcc: all@b.c"]', 2, "channels.d.mail", "no address"),
    ("[channels.d]\nmail = 'a@b.c'\nsubject = 'x'", 3, "channels.d.subject", "is unknown"),
    ("[channels.print]\nmail = 'a@b.c'", 1, "channels.print", "choose another"),
]


@pytest.mark.parametrize(("text", "line", "key", "reason"), FAULTS)
def test_a_fault_is_named_and_stops_nothing_else(tmp_path: Path, text: str, line: int, key: str, reason: str) -> None:
    file = read(tmp_path, f"{text}\n[searches.good]\nq = 'نهر'\n")
    assert file.searches[-1].name == "good"
    (fault,) = file.faults
    assert (fault.line, fault.key) == (line, key)
    assert reason in fault.reason


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"[searches.a]\nq = \n", "line 2"),
        (b"[searches.a]\n[searches.a]\n", "line 2"),
        ("q = 'جسر'".encode("cp1256"), "UTF-8"),
        (b"\x00", "TOML"),
        (None, "cannot be read"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path: Path, content: bytes | None, reason: str) -> None:
    path = tmp_path / "alerts.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match=reason):
        read_alert_file(path, ())


KEYS = st.lists(st.text("abج. \"#='", min_size=1, max_size=4), unique=True, min_size=1, max_size=6)


@given(KEYS, st.lists(st.sampled_from(["", "# note", "   "]), max_size=3))
def test_the_line_of_any_key_is_found(names: list[str], between: list[str]) -> None:
    lines: list[str] = []
    at = {}
    for number, name in enumerate(names):
        lines += between
        lines.append(f"[searches.{_quoted(name)}]")
        at[name] = len(lines) + 1
        lines += [f"{_quoted(name)} = [", f'  """{number}', '[x]"""', "]"]
    text = "\n".join(lines)
    assert set(parsed(text)["searches"]) == set(names)
    for name in names:
        assert line_of(text, ("searches", name, name)) == at[name]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '\\"') + '"'
