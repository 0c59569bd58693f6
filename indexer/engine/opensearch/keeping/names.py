# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of the cluster's indexes that one index of Fihrist consists of.

::

    NAME.state           CURRENT, the counter of runs, the lock, manifests, reports (`state`)
    NAME.blobs           catalogs, lexicons and dictionaries in chunks (`blobs`)
    NAME.articles-RUN    the articles; RUN is the number of the run that made it
    NAME.sketches-RUN    what copies are found by, for the same articles

    NAME.restored-state-RUN, NAME.restored-blobs-RUN   copies of the first two from a snapshot, while it is restored

A rebuild makes new indexes of articles and sketches beside the old ones. The name of an index of Fihrist holds no
point, so no index of another name is taken for a part of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_RUN = re.compile(r"[1-9][0-9]{0,8}")


@dataclass(frozen=True, slots=True)
class IndexNames:
    """The names for the index ``name``, which `addresses.ClusterAddress` has checked."""

    name: str

    @property
    def state(self) -> str:
        """The index of small documents."""
        return f"{self.name}.state"

    @property
    def blobs(self) -> str:
        """The index of chunks."""
        return f"{self.name}.blobs"

    def articles(self, run: int) -> str:
        """The index of articles that the run made."""
        return f"{self.name}.articles-{run}"

    def sketches(self, run: int) -> str:
        """The index of sketches that the run made."""
        return f"{self.name}.sketches-{run}"

    def restored_state(self, run: int) -> str:
        """The copy of an index of small documents that the run took from a snapshot."""
        return f"{self.name}.restored-state-{run}"

    def restored_blobs(self, run: int) -> str:
        """The copy of an index of chunks that the run took from a snapshot."""
        return f"{self.name}.restored-blobs-{run}"

    def run_of(self, index: str) -> int:
        """The run that made an index of articles or sketches; 0 if it is neither."""
        for prefix in (f"{self.name}.articles-", f"{self.name}.sketches-"):
            if index.startswith(prefix) and _RUN.fullmatch(number := index.removeprefix(prefix)):
                return int(number)
        return 0

    @property
    def all(self) -> str:
        """A pattern for all indexes of this index."""
        return f"{self.name}.*"
