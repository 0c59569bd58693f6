# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that a slip in the file of keys stops no running server, and how clients are told apart by address."""

from __future__ import annotations

import ipaddress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import UsageError
from indexer.operating.keys import new_key
from web.serving.kept_keys import KeptKeys
from web.serving.limits import client_of


def test_the_earlier_keys_stay_while_the_file_is_faulty(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (first, line), (second, other) = new_key("first"), new_key("second")
    file, kept = tmp_path / "keys", KeptKeys()
    file.write_text(line, encoding="utf-8")
    assert kept.read(str(file)).holder(first)
    file.write_text(f"{line}\nslip\n", encoding="utf-8")
    assert kept.read(str(file)).holder(first)
    assert f"{file}, line 2" in caplog.text
    file.unlink()
    assert kept.read(str(file)).holder(first)
    file.write_text(other, encoding="utf-8")
    assert kept.read(str(file)).holder(second)
    assert not kept.read(str(file)).holder(first)


def test_keys_of_another_file_are_never_kept(tmp_path: Path) -> None:
    file, kept = tmp_path / "keys", KeptKeys()
    with pytest.raises(UsageError):
        kept.read(str(file))
    file.write_text(new_key("first")[1], encoding="utf-8")
    kept.read(str(file))
    with pytest.raises(UsageError):
        kept.read(str(tmp_path / "other"))
    assert not kept.read("-")


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_ipv6_is_counted_by_network(network: int, one: int, other: int) -> None:
    names = {client_of(str(ipaddress.IPv6Address(network << 64 | host))) for host in (one, other)}
    assert len(names) == 1 or not network  # the network 0 holds the IPv4 addresses


def test_ipv4_is_counted_by_address() -> None:
    assert client_of("192.0.2.1") == client_of("::ffff:192.0.2.1") == "192.0.2.1"
    assert client_of("192.0.2.1") != client_of("192.0.2.2")
    assert client_of("2001:db8:0:1::1") != client_of("2001:db8:0:2::1")
    assert client_of("") == ""
