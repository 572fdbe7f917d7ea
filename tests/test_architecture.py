"""The house keeps its shape: rooms, the direction of imports, names and sizes.

Every module is read, not imported, so a wrong import is found wherever it hides.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
CONTRACT = {"entities", "errors", "settings", "metrics"}
BASE = {"engine", "users", "catalogue", "tmdb"}
MAY_IMPORT = {
    "app": {"ui", "charts", "server", "service"},
    "pages": {"ui", "charts", "service", *BASE},
    "ui": {"charts", "server", "service", *BASE},
    "charts": set[str](),
    "cli": {"service", *BASE},
    "server": {"service", *BASE},
    "service": BASE,
    **{room: set[str]() for room in (*BASE, *CONTRACT)},
}
FRONTS = sorted({"cli", "server", "service", *BASE})
"""Rooms that others enter by ``__init__`` only; ``ui`` is a set of small modules without one."""
INNER_FRONTS = {
    "recommender.catalogue.imdb",  # what only an import needs: Arrow and HTTP
    "recommender.engine.evaluation",  # what only training and evaluating need; pages never load it
}

STREAMLIT_ROOMS = {"app", "pages", "ui"}
STREAMLIT_EXCEPTIONS = {
    # Streamlit would run pages/*.py past app.py on a cold deep link; only this switch stops it.
    ("recommender/server/pages_manager.py", "streamlit.runtime.pages_manager"),
}
DATABASE = ("sqlite3", "sqlite_utils")
DATABASE_ROOMS = {"catalogue", "users", "tmdb"}
DATABASE_EXCEPTIONS = {
    ("recommender/cli/doctor.py", "sqlite3"),  # asks SQLite for its version
}
NETWORK = ("requests", "urllib3", "urllib.request", "http.client", "httpx", "socket")
NETWORK_ROOMS = {"tmdb"}
NETWORK_EXCEPTIONS = {
    # An import fetches IMDb's files; one small module does it (docs/adr/0061).
    ("recommender/catalogue/imdb/download.py", "requests"),
    ("recommender/catalogue/imdb/download.py", "urllib3.exceptions"),
}

EMPTY_NAMES = {"utils", "util", "common", "helpers", "helper", "misc", "tools"}
LONGEST_MODULE, LONGEST_PAGE = 400, 130


@dataclass(frozen=True)
class Import:
    """One imported module, and where."""

    file: str
    line: int
    module: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.module}"


@cache
def modules() -> dict[str, str]:
    """Return the source of every module of the app, by its path."""
    paths = [PROJECT / "app.py", *(PROJECT / "pages").rglob("*.py")]
    paths += (PROJECT / "recommender").rglob("*.py")
    return {p.relative_to(PROJECT).as_posix(): p.read_text(encoding="utf-8") for p in sorted(paths)}


def room_of_file(file: str) -> str:
    parts = Path(file).with_suffix("").parts
    if parts[0] != "recommender":
        return parts[0]
    return {"__init__": "settings", "__main__": "cli"}.get(parts[1], parts[1])


def room_of_module(module: str) -> str | None:
    """Return the room of one of our modules, None for a third-party module."""
    parts = module.split(".")
    if parts[0] in {"app", "pages"}:
        return parts[0]
    if parts[0] != "recommender":
        return None
    return parts[1] if len(parts) > 1 and not parts[1].startswith("__") else "settings"


def imports_of(file: str, source: str) -> Iterator[Import]:
    """Yield what a module imports, at its top or anywhere else, by statement or by name."""
    package = list(Path(file).parts[:-1])
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(file, node.lineno, alias.name)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            # `from recommender import engine` imports a room and not a name.
            for alias in node.names if module == "recommender" else ():
                yield Import(file, node.lineno, f"recommender.{alias.name}")
            if module != "recommender":
                yield Import(file, node.lineno, module)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            named = ast.unparse(node.args[0]).lstrip("frbu").strip("'\"")
            yield Import(file, node.lineno, named)


@cache
def all_imports() -> list[Import]:
    return [found for file, source in modules().items() for found in imports_of(file, source)]


def is_of(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def wrong_direction(imported: Import) -> bool:
    own, other = room_of_file(imported.file), room_of_module(imported.module)
    return other is not None and other not in {own, *CONTRACT} and other not in MAY_IMPORT[own]


def past_the_front(imported: Import) -> bool:
    own, other = room_of_file(imported.file), room_of_module(imported.module)
    inside = other in FRONTS and other != own and imported.module.count(".") > 1
    return inside and imported.module not in INNER_FRONTS


def in_the_wrong_room(
    imported: Import,
    packages: tuple[str, ...],
    rooms: set[str],
    exceptions: set[tuple[str, str]],
) -> bool:
    return (
        is_of(imported.module, packages)
        and room_of_file(imported.file) not in rooms
        and (imported.file, imported.module) not in exceptions
    )


def refuse(faults: list[Import] | list[str], rule: str) -> None:
    assert not faults, f"{rule}\n" + "\n".join(map(str, faults))


def test_every_room_is_known() -> None:
    refuse(sorted({room_of_file(file) for file in modules()} - set(MAY_IMPORT)), "A new room?")


def test_imports_go_one_way() -> None:
    refuse(
        list(filter(wrong_direction, all_imports())),
        "app, pages -> ui, charts -> server, service, cli -> engine, users, catalogue, tmdb -> "
        "entities, errors, settings; never back, and never between the rooms of the fourth step:",
    )


def test_rooms_are_entered_by_their_front() -> None:
    refuse(list(filter(past_the_front, all_imports())), "Import from the room, not its modules:")


def test_only_the_pages_side_knows_streamlit() -> None:
    faults = [
        found
        for found in all_imports()
        if in_the_wrong_room(found, ("streamlit",), STREAMLIT_ROOMS, STREAMLIT_EXCEPTIONS)
    ]
    refuse(faults, "Only app.py, pages/ and recommender/ui import streamlit:")


def test_sql_has_its_rooms() -> None:
    faults = [
        found
        for found in all_imports()
        if in_the_wrong_room(found, DATABASE, DATABASE_ROOMS, DATABASE_EXCEPTIONS)
    ]
    refuse(faults, "Only catalogue, users and tmdb know databases:")


def test_the_network_has_its_room() -> None:
    faults = [
        found
        for found in all_imports()
        if in_the_wrong_room(found, NETWORK, NETWORK_ROOMS, NETWORK_EXCEPTIONS)
    ]
    refuse(faults, "Only tmdb and one module of the catalogue ask other hosts:")


def test_every_exception_is_still_needed() -> None:
    used = {(found.file, found.module) for found in all_imports()}
    assert used >= STREAMLIT_EXCEPTIONS | DATABASE_EXCEPTIONS | NETWORK_EXCEPTIONS
    assert {module for _, module in used} >= INNER_FRONTS


@pytest.mark.parametrize(
    ("file", "source", "wrong"),
    [
        ("recommender/engine/x.py", "from recommender.catalogue import Catalogue", True),
        ("recommender/engine/x.py", "def f():\n    import recommender.users.people", True),
        ("recommender/users/x.py", "from recommender import service", True),
        ("recommender/users/deep/x.py", "from ...tmdb import draw_poster", True),
        ("recommender/service/x.py", "from importlib import import_module\n"
         "import_module('recommender.ui.wall')", True),
        ("recommender/settings.py", "from recommender.engine import Model", True),
        ("recommender/ui/x.py", "import pages.home", True),
        ("recommender/engine/x.py", "from recommender.errors import ModelError", False),
        ("recommender/engine/x.py", "from . import words", False),
        ("recommender/cli/x.py", "from recommender import __version__", False),
        ("recommender/__main__.py", "from recommender.cli import run", False),
        ("pages/home.py", "from recommender.ui.wall import render_wall", False),
    ],
)  # fmt: skip
def test_a_wrong_import_is_noticed(file: str, source: str, wrong: bool) -> None:
    assert any(map(wrong_direction, imports_of(file, source))) is wrong


def test_a_forbidden_package_is_noticed() -> None:
    (found,) = imports_of("recommender/charts.py", "if True:\n    import streamlit as st")
    assert in_the_wrong_room(found, ("streamlit",), STREAMLIT_ROOMS, STREAMLIT_EXCEPTIONS)
    assert str(found) == "recommender/charts.py:2: streamlit"
    (found,) = imports_of("recommender/engine/x.py", "from sqlite3 import connect")
    assert in_the_wrong_room(found, DATABASE, DATABASE_ROOMS, DATABASE_EXCEPTIONS)
    (found,) = imports_of("recommender/cli/x.py", "from recommender.engine.pipeline import f")
    assert past_the_front(found)


@pytest.mark.parametrize(
    "room", [*FRONTS, *(name.removeprefix("recommender.") for name in sorted(INNER_FRONTS))]
)
def test_a_room_says_what_is_public(room: str) -> None:
    front = import_module(f"recommender.{room}")
    names: list[str] = front.__all__
    missing = [name for name in names if not hasattr(front, name)]
    assert not missing, f"recommender/{room}/__init__.py: __all__ names what is not there"
    # Constants, then classes, then functions, each in alphabetical order.
    ordered = sorted(names, key=lambda n: (not n.isupper(), not n[:1].isupper(), n))
    assert names == ordered, f"recommender/{room}/__init__.py: __all__ should be {ordered}"
    assert len(names) == len(set(names))
    source = (PROJECT / "recommender" / room.replace(".", "/") / "__init__.py").read_text(
        encoding="utf-8"
    )
    brought_in = {
        alias.asname or alias.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and node.module != "__future__"
        for alias in node.names
    }
    assert set(names) == brought_in, f"recommender/{room}/__init__.py: __all__ and imports differ"


PATCHES_ALLOWED = {
    # Streamlit runs files of pages/ past app.py on a cold deep link, unless this is False:
    # https://github.com/streamlit/streamlit/issues/9624
    "recommender/server/pages_manager.py": {"PagesManager.uses_pages_directory"},
}


def private_uses_of(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and name of each private use or patch of a third-party package.

    Found are: an import of a private name, an attribute whose name is private, an assignment to or
    a deletion of an attribute, and ``getattr``, ``setattr`` and ``delattr``.
    """
    tree = ast.parse(source)
    foreign = set[str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in filter(lambda a: is_third_party(a.name), node.names):
                foreign.add(alias.asname or alias.name.partition(".")[0])
                if is_private(alias.name):
                    yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and not node.level and is_third_party(node.module):
            for alias in node.names:
                foreign.add(alias.asname or alias.name)
                if is_private(name := f"{node.module}.{alias.name}"):
                    yield node.lineno, name
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and root_of(node) in foreign:
            if is_private(node.attr) or not isinstance(node.ctx, ast.Load):
                yield node.lineno, ast.unparse(node)
        elif (
            isinstance(node, ast.Call)
            and ast.unparse(node.func) in {"getattr", "setattr", "delattr"}
            and node.args
            and root_of(node.args[0]) in foreign
        ):
            yield node.lineno, ast.unparse(node)


def is_third_party(module: str | None) -> bool:
    package = (module or "").partition(".")[0]
    return package not in {"recommender", "pages", "app", *sys.stdlib_module_names}


def is_private(name: str) -> bool:
    return any(p.startswith("_") and not p.endswith("__") for p in name.split("."))


def root_of(node: ast.expr) -> str:
    """Return the name at the start of a chain of attributes; empty without one."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def test_dependencies_are_used_through_their_public_api() -> None:
    faults = [
        f"{file}:{line}: {name}"
        for file, source in modules().items()
        for line, name in private_uses_of(source)
        if name not in PATCHES_ALLOWED.get(file, set())
    ]
    refuse(faults, "Use dependencies through their public API (docs/adr/0087):")


def test_every_allowed_patch_is_still_used() -> None:
    for file, names in PATCHES_ALLOWED.items():
        assert {name for _, name in private_uses_of(modules()[file])} == names


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import streamlit as st\nst.rerun = print", "st.rerun"),
        ("from uvicorn import Server\nServer.run = print", "Server.run"),
        ("from uvicorn import Server\ndel Server.run", "Server.run"),
        ("from starlette.routing import _x", "starlette.routing._x"),
        ("from starlette._utils import y", "starlette._utils.y"),
        ("import starlette._utils", "starlette._utils"),
        ("import streamlit as st\nst._config.get()", "st._config"),
        ("import altair as alt\nalt.a.b: int = 1", "alt.a.b"),
        ("import altair\naltair.a += 1", "altair.a"),
        ("def f():\n    from uvicorn import S\n    setattr(S, 'a', 1)", "setattr(S, 'a', 1)"),
        ("import uvicorn\ngetattr(uvicorn.config, 'x')", "getattr(uvicorn.config, 'x')"),
        ("import uvicorn\nNAME = 'x'\ngetattr(uvicorn, NAME)", "getattr(uvicorn, NAME)"),
        ("import streamlit as st\nst.session_state['x'] = 1", None),
        ("import streamlit as st\nst.cache_data(print)", None),
        ("from recommender.engine import Model\nModel._x = 1", None),
        ("import threading\nthreading.x = 1", None),
        ("import numpy as np\nprint(np.__version__)", None),
        ("class A:\n    def f(self):\n        self._x = 1", None),
    ],
)
def test_private_use_of_a_dependency_is_noticed(source: str, found: str | None) -> None:
    assert [name for _, name in private_uses_of(source)] == ([found] if found else [])


def test_names_say_what_a_module_is_about() -> None:
    folders = ("recommender", "pages", "tests", "benchmarks", "docs", "data")
    names = [path for folder in folders for path in (PROJECT / folder).rglob("*")]
    faults = [p.relative_to(PROJECT).as_posix() for p in names if p.stem.lower() in EMPTY_NAMES]
    refuse(faults, "A module is named after what it holds:")


def test_modules_and_pages_stay_small() -> None:
    faults = []
    for file, source in modules().items():
        most = LONGEST_PAGE if room_of_file(file) == "pages" else LONGEST_MODULE
        if (lines := len(source.splitlines())) > most:
            faults.append(f"{file}:{most}: {lines} lines, at most {most}: find the room it hides")
    refuse(faults, "Too long:")


def test_the_architecture_page_names_existing_files() -> None:
    text = (PROJECT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:recommender|pages|data|docs|tests)/[\w./-]*)`", text))
    assert len(named) > 25
    refuse(sorted(name for name in named if not (PROJECT / name).exists()), "Not there:")
