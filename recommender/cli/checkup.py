"""What ``doctor`` looks at: nothing is built, repaired or created here."""

from __future__ import annotations

import os
import platform
import re
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from recommender import __version__
from recommender.catalogue import Catalogue, inspect_catalogue
from recommender.engine import load_model
from recommender.entities import InteractionKind
from recommender.errors import ModelError, PeopleError
from recommender.settings import PROJECT_DIR, Settings
from recommender.users import People, find_latest_copy

BUILD = "Run `python -m recommender build`."
_PIN = re.compile(r"([A-Za-z0-9-]+)(?:\[[^]]*\])?==(\S+)")
_OLDEST_PYTHON = (3, 11)
_LITTLE_ROOM_BYTES = 200 * 2**20


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    what
        Its name.
    text
        How it is, in plain words.
    advice
        What to do about it; empty when nothing has to be done.
    """

    what: str
    text: str
    advice: str = ""

    @property
    def broken(self) -> bool:
        """Whether something has to be done."""
        return bool(self.advice)


def examine(settings: Settings) -> list[Finding]:
    """Return how everything is that Marquee needs, first versions, then files.

    Parameters
    ----------
    settings
        Say where the files are.
    """
    findings = [_python(), *_packages(PROJECT_DIR / "requirements.txt"), _sqlite()]
    checks: list[Callable[[Settings], Finding]] = [_folder, _bundled, _catalogue, _model, _people]
    return findings + [check(settings) for check in checks]


def _python() -> Finding:
    old = tuple(map(int, platform.python_version_tuple()[:2])) < _OLDEST_PYTHON
    advice = "Install Python 3.11 or later." if old else ""
    return Finding(what="Python", text=platform.python_version(), advice=advice)


def _packages(requirements: Path) -> list[Finding]:
    advice = "Run `pip install -r requirements.txt`."
    try:
        pins = _PIN.findall(requirements.read_text(encoding="utf-8"))
    except OSError as error:
        text = f"cannot be read ({error.strerror})"
        return [Finding(what="requirements.txt", text=text, advice="Restore the file.")]
    findings = []
    for name, wanted in pins:
        try:
            found = version(name)
        except PackageNotFoundError:
            findings.append(Finding(what=name, text="not installed", advice=advice))
            continue
        text = found if found == wanted else f"{found}, while requirements.txt asks for {wanted}"
        findings.append(Finding(what=name, text=text, advice="" if found == wanted else advice))
    return findings


def _sqlite() -> Finding:
    probe = sqlite3.connect(":memory:")
    try:
        probe.execute("CREATE TABLE probe (word TEXT) STRICT")
    except sqlite3.OperationalError:
        return Finding(
            what="SQLite",
            text=f"{sqlite3.sqlite_version}, without strict tables",
            advice="Use a Python whose SQLite is 3.37 or newer.",
        )
    finally:
        probe.close()
    return Finding(what="SQLite", text=sqlite3.sqlite_version)


def _folder(settings: Settings) -> Finding:
    what, folder = "Data folder", settings.data_dir
    advice = "Set MARQUEE_DATA_DIR to a folder that can be written to."
    if folder.exists() and not folder.is_dir():
        return Finding(what=what, text=f"{folder} is a file", advice=advice)
    there = next(place for place in (folder, *folder.parents) if place.exists())
    if not os.access(there, os.W_OK | os.X_OK):
        return Finding(what=what, text=f"{folder}: {there} cannot be written to", advice=advice)
    free = shutil.disk_usage(there).free
    text = f"{folder}, {_size(free)} free" + (
        "" if there == folder else ", made at the first start"
    )
    if free < _LITTLE_ROOM_BYTES:
        return Finding(
            what=what, text=text, advice=f"Free some space, at least {_size(_LITTLE_ROOM_BYTES)}."
        )
    return Finding(what=what, text=text)


def _bundled(settings: Settings) -> Finding:
    what, path = "Bundled films", settings.catalogue_file
    if not path.is_file():
        return Finding(
            what=what, text=f"{path} is missing", advice="Restore it from the repository."
        )
    return Finding(what=what, text=f"{path.name}, {_size(path.stat().st_size)}")


def _catalogue(settings: Settings) -> Finding:
    what, path = "Catalogue", settings.catalogue_db
    if not path.exists():
        return Finding(what=what, text="not built yet; the first start builds it")
    found = inspect_catalogue(path)
    if not found.healthy:
        return Finding(
            what=what, text=f"{path}: {found.fault}", advice=f"{BUILD} No likes are lost."
        )
    meta = found.meta
    return Finding(
        what=what,
        text=f"sound: {int(meta['films']):,} films, {int(meta['people']):,} people, "
        f"{_size(path.stat().st_size)}, from {meta['source']} ({meta['origin']}), "
        f"built {meta['built_at'][:10]}, schema {meta['schema_version']}",
    )


def _model(settings: Settings) -> Finding:
    what, folder = "Model", settings.model_dir
    if not folder.exists():
        return Finding(what=what, text="not fitted yet; the first start fits it")
    try:
        model = load_model(folder, fingerprint=_fingerprint(settings.catalogue_db))
    except ModelError as error:
        return Finding(what=what, text=str(error), advice=BUILD)
    size = _size(sum(part.stat().st_size for part in folder.rglob("*") if part.is_file()))
    return Finding(what=what, text=f"sound: {model.n_films:,} films, {size}")


def _fingerprint(path: Path) -> str | None:
    """Return which catalogue a model must fit; None when there is none to fit."""
    if not inspect_catalogue(path).healthy:
        return None
    with Catalogue(path) as catalogue:
        return catalogue.fingerprint


def _people(settings: Settings) -> Finding:
    what, path = "People's data", settings.people_db
    if not path.exists():
        return Finding(what=what, text="none yet; the first like makes it")
    try:
        people = People(path)
        try:
            info = people.info()
        finally:
            people.close()
    except PeopleError as error:
        advice = str(error) + (_latest_copy(settings) if "restore" in str(error) else "")
        return Finding(what=what, text=f"{path} cannot be used", advice=advice)
    if info.problems:
        return Finding(
            what=what,
            text=f"{path} is damaged ({info.problems[0]})",
            advice="Run `python -m recommender restore`: it sets the file aside and brings the "
            f"latest daily copy back.{_latest_copy(settings)}",
        )
    said = ", ".join(f"{info.interactions[kind]:,} {kind}" for kind in InteractionKind)
    return Finding(
        what=what,
        text=f"sound: {info.people:,} people ({info.guests:,} guests), {said}, "
        f"{_size(info.size_bytes)}, schema {info.schema_version}",
    )


def _latest_copy(settings: Settings) -> str:
    found = find_latest_copy(settings.backup_dir)
    return f" That is {found}." if found else f" There is none in {settings.backup_dir}, though."


def _size(size_bytes: int) -> str:
    if size_bytes < 2**20:
        return f"{size_bytes / 2**10:.0f} KB"
    if size_bytes < 2**30:
        return f"{size_bytes / 2**20:.1f} MB"
    return f"{size_bytes / 2**30:.1f} GB"


def program_version() -> str:
    """Return name and version, as the first line of the report."""
    return f"Marquee {__version__}"
