# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies a file, so that a file system that can share the blocks of two files does so."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

_AT_ONCE = 1 << 30
_NOT_HERE = frozenset({errno.EXDEV, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL, errno.EPERM})
"""The errors of copy_file_range(2) on kernels and file systems that do not support it."""


def copy_file(source: Path, target: Path) -> None:
    """Copy ``source`` to ``target``, which must not exist. Raises OSError, and FileExistsError among these.

    Btrfs, XFS and others make the copy without copying data (a reflink) when copy_file_range(2) is called; on other
    file systems the kernel copies. ``source`` is never written to, nor is it linked to ``target``.
    """
    with source.open("rb") as reading, target.open("xb") as writing:
        try:
            while os.copy_file_range(reading.fileno(), writing.fileno(), _AT_ONCE):
                pass
        except OSError as error:
            if error.errno not in _NOT_HERE:
                raise
            reading.seek(0)
            writing.seek(0)
            writing.truncate()
            shutil.copyfileobj(reading, writing, 1 << 20)
