# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the file of API keys, and keeps the earlier keys where the file can no longer be read.

The first process of the server reads the file before it starts each of the others. These inherit what it read last, so
a slip in the file cannot keep a renewed process from starting.
"""

from __future__ import annotations

import logging

from indexer.errors import UsageError
from indexer.operating.keys import ApiKeys

_log = logging.getLogger("fihrist.keys")


class KeptKeys:
    """The keys that were read last from the file that the setting ``api_keys`` names."""

    def __init__(self) -> None:
        self._value = ""
        self._keys: ApiKeys | None = None

    def read(self, value: str) -> ApiKeys:
        """Returns the keys in the file that ``value`` names, or, if it is faulty, those that it held before.

        Raises UsageError if the file is faulty and was never read before.
        """
        try:
            self._keys = ApiKeys.of_setting(value)
        except UsageError as error:
            if self._keys is None or value != self._value:
                raise
            _log.error("the earlier API keys stay in use: %s", error)
        self._value = value
        return self._keys


KEPT_KEYS = KeptKeys()
"""The keys of this process. They outlive a fork, and a reload of gunicorn's configuration."""
