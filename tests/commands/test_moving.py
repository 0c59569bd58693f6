# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests `fihrist dump` and `fihrist import`: files, pipes, exit codes, and that no half file has the name of a dump."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from indexer.commands import moving
from indexer.engine.engines import store_at
from indexer.operating.dumps import writing
from tests.commands.test_cli import Streams, fihrist
from tests.commands.test_streams import FIHRIST, shell
from tests.conftest import ROOT


@pytest.fixture
def dump(sample_index: Path, tmp_path: Path, capsys: Streams) -> Path:
    path = tmp_path / "news.dump"
    assert fihrist(capsys, "dump", str(path), "--index", str(sample_index)) == (0, "", "66 articles of gen-000001\n")
    return path


def test_an_archive_moves_through_a_file(dump: Path, tmp_path: Path, capsys: Streams) -> None:
    index = str(tmp_path / "index")
    code, out, err = fihrist(capsys, "import", str(dump), "--index", index, "--json")
    report = json.loads(out)
    assert (code, err, report["status"], report["added"], report["generation"]) == (0, "", "ok", 66, "gen-000001")
    code, out, _ = fihrist(capsys, "index", str(ROOT / "sample"), "--index", index, "--json")
    report = json.loads(out)
    assert (code, report["files_read"], report["unchanged"], report["generation"]) == (3, 0, 66, None)
    assert fihrist(capsys, "verify", "--index", index)[0] == 0
    code, out, err = fihrist(capsys, "import", str(dump), "--index", index)
    assert (code, out, err) == (0, "", "")
    assert store_at(index).names() == ["gen-000001", "gen-000002"]


@pytest.mark.folder
def test_an_archive_moves_through_a_pipe(sample_index: Path, tmp_path: Path, dump: Path) -> None:
    index = tmp_path / "index"
    done = shell(f"{FIHRIST} dump - --index {sample_index} | {FIHRIST} import - --index {index}", FIHRIST_NICE="0")
    assert (done.returncode, done.stderr) == (0, "66 articles of gen-000001\n")
    assert store_at(index).info().articles == 66
    command = [sys.executable, "-m", "indexer.commands.cli", "dump", "-", "--index", str(sample_index)]
    written = subprocess.run(command, cwd=ROOT, env={"FIHRIST_NICE": "0"}, capture_output=True, check=True)
    assert written.stdout == dump.read_bytes()


@pytest.mark.folder
def test_a_dump_into_a_pipe_with_a_name(sample_index: Path, tmp_path: Path, dump: Path, capsys: Streams) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as reader:
        assert fihrist(capsys, "dump", str(pipe), "--index", str(sample_index))[0] == 0
        assert reader.communicate()[0] == dump.read_bytes()
    assert pipe.is_fifo()


def test_a_dump_replaces_a_file_only_when_it_is_whole(
    dump: Path, sample_index: Path, capsys: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, real = dump.read_bytes(), writing.write_dump

    def fails(*given: object) -> None:
        real(*given)  # type: ignore[arg-type]  # as the command calls it
        raise OSError(28, "No space left on device", str(dump))

    with monkeypatch.context() as patched:
        patched.setattr(moving, "write_dump", fails)
        code, _, err = fihrist(capsys, "dump", str(dump), "--index", str(sample_index))
    assert (code, err) == (1, f"fihrist: {dump} is not written: No space left on device\n")
    assert (dump.read_bytes(), list(dump.parent.iterdir())) == (before, [dump])
    assert fihrist(capsys, "dump", str(dump), "--index", str(sample_index))[0] == 0
    assert (dump.read_bytes(), list(dump.parent.iterdir())) == (before, [dump])


def test_wrong_commands_say_what_to_do(dump: Path, sample_index: Path, tmp_path: Path, capsys: Streams) -> None:
    index, other = str(sample_index), str(tmp_path / "other")
    for words, code, said in (
        (("dump", str(tmp_path / "no" / "x"), "--index", index), 2, "cannot be written"),
        (("dump", str(tmp_path / "x"), "gen-000009", "--index", index), 2, "kept are: gen-000001"),
        (("dump", str(tmp_path / "x"), "--index", other), 1, "fihrist index"),
        (("dump", "", "--index", index), 2, "is empty"),
        (("import", "", "--index", index), 2, "is empty"),
        (("import", str(tmp_path / "missing"), "--index", other), 2, "cannot be read: No such file"),
        (("import", str(tmp_path), "--index", other), 2, "cannot be read: Is a directory"),
        (("snapshot", "backups", "--index", index), 2, "`fihrist dump FILE` writes a backup"),
        (("restore", "backups", "x", "--index", index), 2, "is no index of a cluster"),
        (("import", str(ROOT / "README.md"), "--index", other), 2, "not a dump of Fihrist"),
    ):
        found, out, err = fihrist(capsys, *words)
        assert (found, out) == (code, ""), words
        assert said in err
    assert not (tmp_path / "x").exists()
    assert not Path(other).exists()


def test_a_damaged_dump_fails_and_the_report_says_so(dump: Path, tmp_path: Path, capsys: Streams) -> None:
    index = str(tmp_path / "index")
    dump.write_bytes(dump.read_bytes()[:-9])
    code, out, err = fihrist(capsys, "import", str(dump), "--index", index, "--json")
    report = json.loads(out)
    assert (code, report["exit_code"], report["status"], report["generation"]) == (1, 1, "failed", None)
    assert "make the dump anew with `fihrist dump`; nothing was published" in err
    assert store_at(index).names() == []


def test_the_guard_and_the_lock_have_their_exit_codes(dump: Path, tmp_path: Path, capsys: Streams) -> None:
    index, news = str(tmp_path / "index"), tmp_path / "many.jsonl"
    news.write_text("\n".join(f'{{"title": "سوق {n}", "body": "نص السوق رقم {n}"}}' for n in range(200)))
    assert fihrist(capsys, "index", str(news), "--index", index)[0] == 0
    code, out, err = fihrist(capsys, "import", str(dump), "--index", index, "--json")
    assert (code, json.loads(out)["status"]) == (4, "refused")
    assert "--allow-shrink" in err
    with store_at(index).locked():
        code, out, err = fihrist(capsys, "import", str(dump), "--index", index, "--json")
    assert (code, json.loads(out)["status"]) == (75, "locked")
    assert fihrist(capsys, "import", str(dump), "--index", index, "--allow-shrink")[0] == 0
    assert store_at(index).info().articles == 66
