"""The house keeps its shape: rooms, the direction of imports, names and sizes.

Every module is read, not imported, so a wrong import is found wherever it hides.
"""

from __future__ import annotations

import ast
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
    """Return the room of one of our modules, None for somebody else's."""
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
