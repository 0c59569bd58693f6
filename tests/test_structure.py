"""What holds of the project as a whole: imports run one way, settings are documented, the README's commands work."""

from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path

import pytest

from indexer.settings import SETTINGS
from tests.conftest import ROOT
from tests.test_cli import Streams, fihrist

README = (ROOT / "README.md").read_text(encoding="utf-8")

BASE = {
    "indexer.errors",
    "indexer.article",
    "indexer.columns",
    "indexer.dates",
    "indexer.exhaustive",
    "indexer.settings",
    "indexer.deadline",
    "indexer.moments",
    "indexer",
}
MAY_IMPORT = {
    "indexer.columns": set(),
    "indexer.dates": set(),
    "indexer.exhaustive": set(),
    "indexer.article": {"indexer.columns"},
    "indexer.errors": set(),
    "indexer.moments": set(),
    "indexer.settings": {"indexer.errors"},
    "indexer.deadline": {"indexer.errors"},
    "indexer.arabic": {"indexer.arabic"} | BASE,
    "indexer.sources": {"indexer.sources"} | BASE,
    "indexer.cleaning": {"indexer.cleaning", "indexer.arabic", "indexer.sources"} | BASE,
    "indexer.engine": {"indexer.engine", "indexer.arabic"} | BASE,
    "indexer.search": {"indexer.search", "indexer.engine", "indexer.arabic"} | BASE,
    "indexer.operating.keys": {"indexer.errors"},
    "indexer.run.report": BASE,
    "indexer.catalog.catalog": BASE,
    "indexer.catalog.repeated": {"indexer.catalog.catalog"} | BASE,
    "indexer.catalog.twins": {"indexer.catalog.catalog"} | BASE,
    "indexer.catalog.compare": {"indexer.catalog.catalog", "indexer.scan"} | BASE,
    "indexer.scan": {"indexer.run.report"} | BASE,
    "indexer.catalog.first_indexed": {"indexer.catalog.catalog", "indexer.engine"} | BASE,
    "indexer.run.guard": {"indexer.scan"} | BASE,
    "indexer.operating.verify": {"indexer.catalog.catalog", "indexer.engine"} | BASE,
    "indexer.run.staging": {"indexer.catalog.catalog", "indexer.engine"} | BASE,
    "indexer.assemble": {"indexer.sources", "indexer.cleaning"} | BASE,
    "indexer.run.options": {"indexer.assemble"} | BASE,
    "indexer.reading": {"indexer.assemble", "indexer.run.report", "indexer.scan", "indexer.sources"} | BASE,
    "indexer.reindex": {
        "indexer.run.options",
        "indexer.reading",
        "indexer.sources",
        "indexer.engine",
        "indexer.scan",
        "indexer.catalog.catalog",
        "indexer.catalog.first_indexed",
        "indexer.run.guard",
        "indexer.catalog.repeated",
        "indexer.run.report",
        "indexer.run.staging",
        "indexer.catalog.compare",
        "indexer.catalog.twins",
    }
    | BASE,
    "indexer.operating.evaluate": {
        "indexer.assemble",
        "indexer.run.options",
        "indexer.reindex",
        "indexer.engine",
        "indexer.search",
        "indexer.sources",
    }
    | BASE,
    "indexer.commands": {"indexer"},
    "indexer.commands.cli": {"indexer"},
    "indexer.commands.start": {"indexer.commands.cli", "indexer.commands"},
    "web": {"web", "indexer"},
}
MODULES = sorted(path for folder in ("indexer", "web") for path in (ROOT / folder).rglob("*.py"))
NAMES = {".".join(path.relative_to(ROOT).with_suffix("").parts) for path in MODULES}
PACKAGES = {name.removesuffix(".__init__") for name in NAMES if name.endswith(".__init__")}


def within(name: str, packages: set[str]) -> bool:
    return any(name == package or (package != "indexer" and name.startswith(package + ".")) for package in packages)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_in_one_direction(path: Path) -> None:
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    home = max((part for part in MAY_IMPORT if module == part or module.startswith(part + ".")), key=len, default="")
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module in PACKAGES:
            modules = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [name if name in NAMES else node.module or "" for name in modules]
        for name in names:
            if name.split(".")[0] not in ("indexer", "web"):
                continue
            assert module != "indexer", "the package itself imports nothing"
            if home in ("web", "indexer.commands.cli", "indexer.commands"):
                assert name.startswith("indexer") or home == "web"
            else:
                assert within(name, MAY_IMPORT[home]), f"{module} imports {name}"


def test_modules_stay_small() -> None:
    everything = [*MODULES, *(ROOT / "tests").rglob("*.py")]
    assert [path for path in everything if len(path.read_text(encoding="utf-8").splitlines()) > 400] == []


def test_every_setting_is_in_the_readme_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `(FIHRIST_\w+)` \| `([^`]*)` \|", README, re.MULTILINE))
    assert rows == {setting.variable: str(setting.default) for setting in SETTINGS.values()}


def test_every_fihrist_command_in_the_readme_runs(
    tmp_path: Path, capsys: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocks = re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    commands = [
        line.removeprefix("$ ") for block in blocks for line in block.splitlines() if line.startswith("$ fihrist ")
    ]
    assert len(commands) >= 6
    index = str(tmp_path / "index")
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("FIHRIST_INDEX", index)
    here = {"/srv/news": str(ROOT / "sample"), "/var/lib/fihrist": index}
    for command in commands:
        words = shlex.split(command)
        if words[1] == "serve":
            continue  # it does not end; `make run` and the wheel's check in CI start it
        words = [here.get(word, word) for word in words[1:]]
        code, _, err = fihrist(capsys, *words)
        assert code in (0, 3), (command, err)


def test_nothing_needs_what_a_user_does_not_have() -> None:
    """The product never reads ../shared: only tests do, and they skip without it."""
    for path in MODULES:
        assert "shared" not in {
            part
            for text in re.findall(r"['\"]([^'\"]*)['\"]", path.read_text(encoding="utf-8"))
            for part in text.split("/")
        }
