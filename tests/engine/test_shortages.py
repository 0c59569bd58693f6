# SPDX-License-Identifier: GPL-3.0-or-later
"""A file that cannot be read for want of something is not called damaged, and no rebuild is advised."""

import errno
import os
from pathlib import Path
from typing import NoReturn

import pytest

from indexer.arabic.lexicon.lexicon import Lexicon
from indexer.errors import DamagedIndexError, damaged_file

_SHORTAGES = (errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN, errno.EINTR, errno.ENOSPC, errno.EDQUOT)


@pytest.mark.parametrize("number", _SHORTAGES)
def test_a_shortage_is_not_damage(number: int) -> None:
    message = str(damaged_file(Path("index/file"), OSError(number, os.strerror(number))))
    assert message.startswith(f"index/file cannot be read now: {os.strerror(number)}; ")
    assert message.endswith(", and try again")
    assert "damaged" not in message
    assert "--rebuild" not in message


def test_a_failing_disk_is_damage() -> None:
    message = str(damaged_file(Path("index/file"), OSError(errno.EIO, os.strerror(errno.EIO))))
    assert "damaged" in message
    assert "--rebuild" in message


def test_a_lexicon_that_cannot_be_opened_for_now(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def full(*_: object) -> NoReturn:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(DamagedIndexError, match="LimitNOFILE") as raised:
        Lexicon.open(tmp_path / "lexicon.bin")
    assert "--rebuild" not in str(raised.value)
