# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the project as a whole: imports run one way, the documentation is complete and its commands work."""

from __future__ import annotations

import ast
import re
import shlex
from collections import Counter
from pathlib import Path

import pytest

from indexer.engine.opensearch.addresses import PASSWORD
from indexer.settings import SETTINGS
from tests.commands.test_cli import Streams, fihrist
from tests.conftest import ROOT
from tests.project.licences import line_for

DOCUMENTATION = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCUMENTATION.glob("*.md")])
"""Every page of the documentation."""

BASE = {
    "indexer.errors",
    "indexer.article",
    "indexer.columns",
    "indexer.dates",
    "indexer.exhaustive",
    "indexer.settings",
    "indexer.deadline",
    "indexer.moments",
    "indexer.web_addresses",
    "indexer",
}
MAY_IMPORT = {
    "indexer.columns": set(),
    "indexer.dates": set(),
    "indexer.exhaustive": set(),
    "indexer.article": {"indexer.columns", "indexer.dates"},
    "indexer.errors": set(),
    "indexer.moments": set(),
    "indexer.web_addresses": set(),
    "indexer.settings": {"indexer.errors"},
    "indexer.deadline": {"indexer.errors"},
    "indexer.arabic": {"indexer.arabic"} | BASE,
    "indexer.sources": {"indexer.sources"} | BASE,
    "indexer.cleaning": {"indexer.cleaning", "indexer.arabic", "indexer.sources"} | BASE,
    "indexer.engine": {"indexer.engine", "indexer.arabic"} | BASE,
    "indexer.search": {"indexer.search", "indexer.engine", "indexer.arabic"} | BASE,
    "indexer.operating.keys": {"indexer.errors"},
    "indexer.run.report": BASE,
    "indexer.catalog.published": BASE,
    "indexer.catalog.catalog": {"indexer.catalog.published"} | BASE,
    "indexer.catalog.repeated": {"indexer.catalog.catalog"} | BASE,
    "indexer.catalog.twins": {"indexer.catalog.catalog", "indexer.catalog.published"} | BASE,
    "indexer.catalog.compare": {
        "indexer.catalog.catalog",
        "indexer.catalog.published",
        "indexer.run.report",
        "indexer.scan",
    }
    | BASE,
    "indexer.scan": {"indexer.run.report"} | BASE,
    "indexer.catalog.first_indexed": {"indexer.catalog.published", "indexer.engine.store"} | BASE,
    "indexer.run.guard": {"indexer.scan"} | BASE,
    "indexer.operating.verify": {"indexer.catalog.published", "indexer.engine.base", "indexer.engine.store"} | BASE,
    "indexer.catalog.foreign": {"indexer.catalog.catalog", "indexer.catalog.published"} | BASE,
    "indexer.operating.dumps": {
        "indexer.catalog",
        "indexer.engine.base",
        "indexer.engine.store",
        "indexer.operating.dumps",
        "indexer.run",
        "indexer.sources",
    }
    | BASE,
    "indexer.run.publishing": {"indexer.engine.store", "indexer.run.report", "indexer.run.staging"} | BASE,
    "indexer.run.staging": {"indexer.catalog.catalog", "indexer.engine.store"} | BASE,
    "indexer.assemble": {"indexer.sources", "indexer.cleaning"} | BASE,
    "indexer.run.pending": {"indexer.catalog", "indexer.run.report", "indexer.run.staging"} | BASE,
    "indexer.run.options": {"indexer.assemble", "indexer.spool.layout"} | BASE,
    "indexer.reading": {"indexer.assemble", "indexer.run.report", "indexer.scan", "indexer.sources"} | BASE,
    "indexer.reindex": {
        "indexer.catalog",
        "indexer.engine.store",
        "indexer.reading",
        "indexer.run",
        "indexer.scan",
        "indexer.sources",
        "indexer.spool",
    }
    | BASE,
    "indexer.spool": {
        "indexer.assemble",
        "indexer.catalog.catalog",
        "indexer.catalog.published",
        "indexer.reading",
        "indexer.run.report",
        "indexer.scan",
        "indexer.sources",
        "indexer.spool",
    }
    | BASE,
    "indexer.alerts": {"indexer.alerts", "indexer.engine.queries", "indexer.run.report", "indexer.search"} | BASE,
    "indexer.operating.evaluate": {
        "indexer.assemble",
        "indexer.engine.engines",
        "indexer.engine.store",
        "indexer.reindex",
        "indexer.run.options",
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


EXTRAS = ("deploy/requirements-opensearch.lock", "deploy/requirements-mcp.lock")
"""The lock files of those who install an extra."""

MOST_MODULES = 16
"""A folder of more modules answers more than one question."""


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
            assert module != "indexer", "the package's own __init__ imports nothing"
            if home in ("web", "indexer.commands.cli", "indexer.commands"):
                assert name.startswith("indexer") or home == "web"
            else:
                assert within(name, MAY_IMPORT[home]), f"{module} imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_factory_imports_engines(path: Path) -> None:
    """Each engine is a package of ``indexer.engine``; other code gets it from `indexer.engine.engines`."""
    relative = path.relative_to(ROOT)
    folders = {folder.name for folder in (ROOT / "indexer" / "engine").iterdir() if folder.is_dir()}
    engines = folders - {"__pycache__", "words", "copies", "stories"}  # the last three are shared by all engines
    assert "local" in engines
    own = relative.parts[2] if relative.parts[:2] == ("indexer", "engine") else ""
    if relative == Path("indexer/engine/engines.py"):
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module == "indexer.engine":
            names = [f"indexer.engine.{alias.name}" for alias in node.names]
        for name in names:
            parts = name.split(".")
            if parts[:2] == ["indexer", "engine"] and len(parts) > 2 and parts[2] in engines:
                assert parts[2] == own, f"{relative} imports {name}"


def test_a_class_name_stands_once() -> None:
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in MODULES]
    names = Counter(node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    assert [name for name, times in names.items() if times > 1] == []


def test_a_folder_holds_few_modules() -> None:
    sizes = Counter(path.parent.relative_to(ROOT).as_posix() for path in MODULES if path.name != "__init__.py")
    assert {folder: size for folder, size in sizes.items() if size > MOST_MODULES} == {}


def test_modules_stay_small() -> None:
    everything = [*MODULES, *(ROOT / "tests").rglob("*.py")]
    long = {}
    for path in everything:
        lines = path.read_text(encoding="utf-8").splitlines()
        if (count := len(lines) - (line_for(path) in lines[:2])) > 400:
            long[path] = count
    assert long == {}


def test_every_setting_is_documented_with_its_default() -> None:
    page = (DOCUMENTATION / "settings.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(FIHRIST_\w+)` \| `([^`]*)` \|", page, re.MULTILINE)
    assert dict(rows) == {setting.variable: str(setting.default) for setting in SETTINGS.values()}
    assert len(rows) == len(SETTINGS)


def test_no_page_names_a_setting_that_does_not_exist() -> None:
    known = {setting.variable for setting in SETTINGS.values()} | {PASSWORD}
    for page in PAGES:
        assert set(re.findall(r"\bFIHRIST_[A-Z]+(?:_[A-Z]+)*\b", page.read_text(encoding="utf-8"))) - known == set(), (
            page
        )


@pytest.mark.parametrize(("name", "least"), [("README.md", 6), ("docs/commands.md", 10), ("docs/operating.md", 4)])
def test_every_fihrist_command_of_a_page_runs(
    name: str, least: int, tmp_path: Path, capsys: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    commands = [
        line.removeprefix("$ ") for block in blocks for line in block.splitlines() if line.startswith("$ fihrist ")
    ]
    assert len(commands) >= least
    index = str(tmp_path / "index")
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("FIHRIST_INDEX", index)
    here = {"/srv/news": str(ROOT / "sample"), "/var/lib/fihrist": index}
    here["/var/backups/news.dump"] = str(tmp_path / "news.dump")
    for command in commands:
        words = shlex.split(command)
        if words[1] == "serve":
            continue  # this command does not end; `make run` and the check of the wheel in CI start it
        words = [here.get(word, word) for word in words[1:]]
        code, _, err = fihrist(capsys, *words)
        assert code in (0, 3), (command, err)


def _anchor(heading: str) -> str:
    """Returns the anchor that code-hosting sites give to a heading of Markdown."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if re.match(r"https?:", target):
            continue
        name, _, anchor = target.partition("#")
        there = (page.parent / name) if name else page
        assert there.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.*)$", there.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in map(_anchor, headings), target


@pytest.mark.parametrize("name", ["ARCHITECTURE.md", "CONTRIBUTING.md", "docs/engines.md", "docs/api.md"])
def test_every_file_that_a_page_names_exists(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    named = set(re.findall(r"\b((?:indexer|web|tests|templates|deploy|docs|sample)/[\w./*-]*\w)", text))
    assert len(named) > 3
    assert {path for path in named if not list(ROOT.glob(path))} == set()


def test_no_change_of_the_guide_takes_more_than_five_code_files() -> None:
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    changes = re.findall(r"^### (.*)\n((?:(?!^##).*\n)*)", guide, re.MULTILINE)
    assert len(changes) >= 10
    for title, text in changes:
        named = set(re.findall(r"`((?:indexer|web)/[\w./]*\.py)`", text))
        assert len(named) <= 5, title


def test_every_page_is_in_the_index_of_the_documentation() -> None:
    index = (DOCUMENTATION / "README.md").read_text(encoding="utf-8")
    named = {(DOCUMENTATION / name).resolve() for name in re.findall(r"\]\(([^)#\s]+)\)", index)}
    assert {page.resolve() for page in PAGES} - named - {DOCUMENTATION / "README.md"} == set()


def test_a_newcomer_can_read_the_readme_in_minutes() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) < 150
    for picture in (DOCUMENTATION / "pictures").iterdir():
        assert picture.stat().st_size < 300_000, picture


def test_every_lock_file_pins_the_same_versions() -> None:
    """Else tests would run with other versions than users have, and an audit of one file would not cover the others."""
    pins = {}
    for name in ("requirements.lock", *EXTRAS, "requirements-dev.lock"):
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        pins[name] = {line.removesuffix(" \\").partition(" ;")[0] for line in lines if re.match(r"[a-z0-9-]+==", line)}
    assert len(pins["requirements.lock"]) > 20
    assert all(pins["requirements.lock"] < pins[extra] < pins["requirements-dev.lock"] for extra in EXTRAS)


def test_the_product_needs_nothing_that_only_developers_have() -> None:
    """The product never reads ../shared: only tests do, and they are skipped without it."""
    for path in MODULES:
        assert "shared" not in {
            part
            for text in re.findall(r"['\"]([^'\"]*)['\"]", path.read_text(encoding="utf-8"))
            for part in text.split("/")
        }
