# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the address of an index in a cluster, such as ``opensearch://host:9200,host:9200/name``.

With ``opensearchs://`` the cluster is asked over TLS.

The user may stand in the address. The password never does, since other users of the machine see the command line: it
comes from the environment or from a file.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from indexer.errors import UsageError
from indexer.settings import text_setting

PLAIN, TLS = "opensearch", "opensearchs"
DEFAULT_PORT = 9200

PASSWORD = "FIHRIST_CLUSTER_PASSWORD"  # noqa: S105  # its name
"""The environment variable that holds the password, if no file does. It is no setting, so that nothing shows it."""

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
_HOST = re.compile(r"(?P<host>\[[0-9a-fA-F:.]{2,45}\]|[A-Za-z0-9._-]{1,253})(?::(?P<port>[0-9]{1,5}))?")
_USER = re.compile(r"[^\s:@/]{1,200}")
_NONE = "-"


@dataclass(frozen=True, slots=True)
class ClusterAddress:
    """Where an index lies. ``hosts`` are (host, port) pairs; ``password`` and ``user`` are "" if there is no login.

    ``name`` is the name of the index: the names of all that is stored for it begin with it. ``authority`` is a file
    with the certificates of the authorities that are trusted; None for those of the system.
    """

    hosts: tuple[tuple[str, int], ...]
    name: str
    tls: bool = False
    user: str = ""
    password: str = ""
    authority: Path | None = None

    def __str__(self) -> str:
        hosts = ",".join(f"{host}:{port}" for host, port in self.hosts)
        return f"{TLS if self.tls else PLAIN}://{hosts}/{self.name}"

    def __repr__(self) -> str:
        return f"ClusterAddress({str(self)!r})"

    @classmethod
    def parse(cls, address: str) -> ClusterAddress:
        """Returns what ``address`` says, with user, password and authorities from the settings. Raises UsageError."""
        scheme, _, rest = address.partition("://")
        if scheme.lower() not in (PLAIN, TLS) or not rest:
            raise _wrong(address, "it begins with neither opensearch:// nor opensearchs://")
        servers, slash, name = rest.partition("/")
        user, at, servers = servers.rpartition("@")
        if ":" in user:
            raise UsageError(
                "the address of an index must not hold a password, since other users of this machine can read it; "
                f"put it into the variable {PASSWORD} or into the file that FIHRIST_CLUSTER_PASSWORD_FILE names"
            )
        if at and not _USER.fullmatch(user):
            raise _wrong(address, "the user before @ is empty or has a sign that no user has")
        if not slash or not _NAME.fullmatch(name):
            raise _wrong(
                address,
                "after the hosts must follow / and the name of the index: small letters a-z, digits, - and _, "
                "beginning with a letter or digit, 100 at most",
            )
        tls = scheme.lower() == TLS
        user = user or _setting("cluster_user")
        password = _password()
        if password and not user:
            raise UsageError("there is a password for the cluster, but no user; set FIHRIST_CLUSTER_USER")
        if user and not password:
            raise UsageError(
                f"there is a user for the cluster, but no password; set {PASSWORD} or FIHRIST_CLUSTER_PASSWORD_FILE"
            )
        authority = _setting("cluster_ca")
        if authority and not tls:
            raise UsageError("FIHRIST_CLUSTER_CA names certificates, but the address is not opensearchs://")
        if authority and not os.access(authority, os.R_OK):
            raise UsageError(f"FIHRIST_CLUSTER_CA names {authority[:200]!r}, which cannot be read")
        hosts = tuple(_host(address, part) for part in servers.split(","))
        return cls(hosts, name, tls, user, password, Path(authority) if authority else None)


def _host(address: str, text: str) -> tuple[str, int]:
    found = _HOST.fullmatch(text)
    if not found:
        raise _wrong(address, f"{text[:60]!r} is no host, or host:port")
    port = int(found["port"] or DEFAULT_PORT)
    if not 0 < port < 65_536:
        raise _wrong(address, f"{port} is no port")
    return found["host"], port


def _wrong(address: str, reason: str) -> UsageError:
    return UsageError(
        f"{address[:200]!r} is no address of an index: {reason}; it should look like opensearch://host:9200/name"
    )


def _setting(name: str) -> str:
    value = text_setting(name)
    return "" if value == _NONE else value


def _password() -> str:
    """The password from the file or the environment; the last line break of a file is no part of it."""
    file = _setting("cluster_password_file")
    if not file:
        return os.environ.get(PASSWORD, "")
    try:
        return Path(file).read_text(encoding="utf-8").removesuffix("\n").removesuffix("\r")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise UsageError(
            f"FIHRIST_CLUSTER_PASSWORD_FILE names {file[:200]!r}, which cannot be read: {reason}"
        ) from error
