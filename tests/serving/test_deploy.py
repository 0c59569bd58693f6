# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests the examples in deploy/, as far as they can be checked on this machine."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZipFile

import pytest
import yaml  # type: ignore[import-untyped]  # it comes with the tools of the tests

from indexer.commands.cli import main
from indexer.engine.opensearch.addresses import ClusterAddress
from indexer.settings import SETTINGS
from tests.conftest import ROOT
from tests.servers import exchange, request_line, running_server

DEPLOY = ROOT / "deploy"
SERVICES = ("fihrist.service", "fihrist-index.service", "fihrist-verify.service")
UNITS = (*SERVICES, "fihrist-index.timer", "fihrist-verify.timer")
PROGRAM = "/opt/fihrist/.venv/bin/fihrist"


def needs(program: str, package: str) -> str:
    """Returns the program's path; skips the test if it is not installed."""
    found = shutil.which(program, path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
    if not found:
        pytest.skip(f"{program} is not installed; on Debian: apt-get install {package}")
    return found


@pytest.fixture
def units(tmp_path: Path) -> list[Path]:
    """The systemd units, changed to name a program that exists here."""
    program = Path(sys.executable).with_name("fihrist")
    for name in UNITS:
        text = (DEPLOY / name).read_text(encoding="utf-8").replace(PROGRAM, str(program))
        (tmp_path / name).write_text(text.replace("file:/opt/fihrist/README.md", f"file:{ROOT}/README.md"))
    return [tmp_path / name for name in UNITS]


def test_systemd_accepts_the_units(units: list[Path]) -> None:
    analyze = needs("systemd-analyze", "systemd")
    result = subprocess.run([analyze, "verify", "--man=no", *units], capture_output=True, text=True)
    assert (result.returncode, [line for line in result.stderr.splitlines() if "fihrist" in line]) == (0, [])


def test_systemd_rates_the_services_as_well_protected(units: list[Path]) -> None:
    analyze = needs("systemd-analyze", "systemd")
    for unit in units[: len(SERVICES)]:
        command = [analyze, "security", "--offline=true", "--threshold=25", "--no-pager", str(unit)]
        result = subprocess.run(command, capture_output=True, text=True)
        if "nrecognized option" in result.stderr:
            pytest.skip("this systemd cannot look at a unit that is not installed")
        assert result.returncode == 0, result.stdout[-300:]


def test_systemd_accepts_what_an_index_in_a_cluster_adds(units: list[Path], tmp_path: Path) -> None:
    analyze = needs("systemd-analyze", "systemd")
    for name in SERVICES:
        folder = tmp_path / f"{name}.d"
        folder.mkdir()
        shutil.copy(DEPLOY / "cluster.conf", folder)
    result = subprocess.run([analyze, "verify", "--man=no", *units], capture_output=True, text=True)
    assert (result.returncode, [line for line in result.stderr.splitlines() if "fihrist" in line]) == (0, [])
    # The file is read: a wrong line in it is named.
    (tmp_path / f"{SERVICES[0]}.d" / "cluster.conf").write_text("[Service]\nPrivateNetwork=perhaps\n")
    result = subprocess.run([analyze, "verify", "--man=no", *units], capture_output=True, text=True)
    assert "perhaps" in result.stderr


def test_the_cluster_of_the_example_fits_together() -> None:
    """Compose itself may be missing here, so its file is read as the YAML that it is."""
    told = yaml.safe_load((DEPLOY / "compose.opensearch.yml").read_text(encoding="utf-8"))
    services = told["services"]
    nodes = {name: one for name, one in services.items() if "node.name" in one.get("environment", {})}
    ours = {name: one for name, one in services.items() if one["image"] == "fihrist"}
    assert services.keys() - nodes.keys() - ours.keys() == {"backups"}
    assert (len(nodes), len([one for one in ours.values() if one["command"] == ["serve"]])) == (3, 2)
    pom = (ROOT / "tests" / "opensearch" / "launcher" / "pom.xml").read_text(encoding="utf-8")
    for name, node in nodes.items():
        assert node["image"].rpartition(":")[2] in re.findall(r"<opensearch.version>(.*)</", pom), "what tests run on"
        assert node["environment"]["node.name"] == name
        assert set(node["environment"]["discovery.seed_hosts"].split(",")) == set(nodes)
        assert set(node["environment"]["cluster.initial_cluster_manager_nodes"].split(",")) == set(nodes)
        assert "ports" not in node
        assert node["networks"] == ["cluster"]
        assert any(volume == f"{name}:/usr/share/opensearch/data" for volume in node["volumes"])
    assert told["networks"]["cluster"]["internal"]
    for one in ours.values():
        address = ClusterAddress.parse(one["environment"]["FIHRIST_INDEX"])
        assert {host for host, _ in address.hosts} == set(nodes) == set(one["depends_on"])
        with pytest.raises(SystemExit) as ended:
            main([one["command"][0], "--help"])
        assert ended.value.code == 0
        assert all(port.startswith("127.0.0.1:") for port in one.get("ports", []))
        build = one["build"]
        assert (DEPLOY / build["context"] / build["dockerfile"]).is_file()
    used = {volume.partition(":")[0] for one in services.values() for volume in one.get("volumes", [])}
    assert {name for name in used if not name.startswith("/")} == set(told["volumes"])
    assert {network for one in services.values() for network in one.get("networks", [])} == set(told["networks"])


def test_compose_accepts_the_cluster_of_the_example() -> None:
    docker = needs("docker", "docker-compose-plugin")
    if subprocess.run([docker, "compose", "version"], capture_output=True).returncode:
        pytest.skip("docker has no compose here; on Debian: apt-get install docker-compose-plugin")
    command = [docker, "compose", "--file", str(DEPLOY / "compose.opensearch.yml"), "config", "--quiet"]
    result = subprocess.run(command, capture_output=True, text=True)
    assert (result.returncode, result.stderr) == (0, "")


def test_commands_of_the_examples_exist() -> None:
    for path in DEPLOY.iterdir():
        text = path.read_text(encoding="utf-8")
        for command in re.findall(rf"{PROGRAM} (\w+)", text):
            with pytest.raises(SystemExit) as ended:
                main([command, "--help"])
            assert ended.value.code == 0
        for variable in re.findall(r"\bFIHRIST_[A-Z]+(?:_[A-Z]+)*\b", text):
            assert variable in {setting.variable for setting in SETTINGS.values()}
        for copied in re.findall(r"^COPY (?!--)(.*) \S+$", text, re.MULTILINE):
            assert all((ROOT / name).exists() for name in copied.split())


@pytest.mark.folder
def test_the_lines_for_cron_run(sample_index: Path, tmp_path: Path) -> None:
    index = str(shutil.copytree(sample_index, tmp_path / "index"))
    lines = [line for line in (DEPLOY / "crontab").read_text().splitlines() if re.match(r"[\d*]", line)]
    assert len(lines) == 2
    assert lines[0] in (ROOT / "README.md").read_text(encoding="utf-8")
    for line in lines:
        *times, command = line.split(maxsplit=5)
        assert all(re.fullmatch(r"\*|\d+", moment) for moment in times)
        here = {PROGRAM: f"{sys.executable} -m indexer.commands.cli", "/srv/news": "sample", "/var/lib/fihrist": index}
        for there, place in here.items():
            command = command.replace(there, place)
        result = subprocess.run(command, shell=True, cwd=ROOT, env={"PATH": "/usr/bin:/bin"}, capture_output=True)
        assert (result.returncode, result.stdout) in ((0, b""), (3, b""))


def test_what_the_container_copies_is_all_of_the_program(tmp_path: Path) -> None:
    """Does the steps of the Containerfile without building the image, because its base image is not available here."""
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    for line in re.findall(r"^COPY (?!--)(.*)$", text, re.MULTILINE):
        *names, there = line.split()
        target = tmp_path / there.lstrip("/")
        for name in names:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                target.mkdir(exist_ok=True)
                shutil.copy(ROOT / name, target)
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel"]
    built = subprocess.run(command, cwd=tmp_path / "fihrist", capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    (wheel,) = (tmp_path / "fihrist" / "dist").iterdir()
    carried = {name for name in ZipFile(wheel).namelist() if "/templates/" not in name}
    tracked = subprocess.run(["git", "ls-files", "indexer", "web"], cwd=ROOT, capture_output=True, text=True)
    if tracked.returncode:
        pytest.skip("which files are the program's, git would say; this is no checkout")
    assert set(tracked.stdout.split()) - carried == set()
    assert {name.name for name in (ROOT / "templates").iterdir()} == {
        name.removeprefix("web/templates/") for name in ZipFile(wheel).namelist() if name.startswith("web/templates/")
    }


@contextmanager
def nginx_before(address: tuple[str, int], folder: Path) -> Iterator[tuple[str, int]]:
    """Runs nginx with our server block before the server at ``address``; yields nginx's address."""
    program = needs("nginx", "nginx-light")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        host, port = probe.getsockname()
    block = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    block = block.replace("listen 80;", f"listen {host}:{port};").replace("127.0.0.1:8000", ":".join(map(str, address)))
    folder.chmod(0o755)
    places = "".join(
        f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    config = folder / "nginx.conf"
    config.write_text(
        f"daemon off;\npid {folder}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n{places}{block}}}\n"
    )
    checked = subprocess.run([program, "-t", "-p", folder, "-c", config], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
    with subprocess.Popen([program, "-p", folder, "-c", config], stderr=subprocess.DEVNULL) as server:
        try:
            for _ in range(100):
                with socket.socket() as probe:
                    if not probe.connect_ex((host, port)):
                        break
                time.sleep(0.05)
            yield host, port
        finally:
            server.terminate()


def test_nginx_accepts_the_server_block_and_forwards_everything(sample_index: Path, tmp_path: Path) -> None:
    written = tmp_path / "access.log"
    with (
        running_server(sample_index, written, proxies=1, rate=1000) as server,
        nginx_before(server, tmp_path) as proxy,
    ):
        head, body = exchange(proxy, request_line(b"/api/v1/search?q=" + b"%D8%AC%D8%B3%D8%B1"))
        assert head.startswith(b"HTTP/1.1 200 ")
        assert json.loads(body)["total"] > 0
        assert b"Content-Security-Policy: default-src 'none'" in head
        assert re.search(rb"X-Request-ID: [0-9a-f]{32}", head)
        assert exchange(proxy, request_line(b"/metrics"))[0].startswith(b"HTTP/1.1 200 ")
        assert exchange(proxy, request_line(b"/nothing"))[0].startswith(b"HTTP/1.1 404 ")
        spoofed = b"GET /?q=a HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n"
        exchange(proxy, spoofed)
    lines = [json.loads(line) for line in written.read_text().splitlines()]
    assert {line["client"] for line in lines} == {"127.0.0.1"}
