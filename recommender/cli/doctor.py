"""The ``doctor`` command: health checks of versions, files and databases; changes nothing."""

from __future__ import annotations

import os
import platform
import re
import shutil
import sqlite3
import sys
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click

from recommender import __version__
from recommender.catalogue import Catalogue, inspect_catalogue
from recommender.cli.output import count_of, wrap
from recommender.engine import load_model
from recommender.entities import InteractionKind
from recommender.errors import ModelError, PeopleError
from recommender.settings import PROJECT_DIR, Settings, load_settings
from recommender.users import People, find_latest_copy

_BUILD = "Run `python -m recommender build`."
_PIN = re.compile(r"([A-Za-z0-9-]+)(?:\[[^]]*\])?==(\S+)")
_MIN_PYTHON = (3, 11)
_MIN_FREE_BYTES = 200 * 2**20
_NAME_WIDTH = 18


@dataclass(frozen=True, slots=True)
class Finding:
    """Result of one health check: the checked item, its state, and the repair if it is broken."""

    what: str
    text: str
    advice: str = ""

    @property
    def broken(self) -> bool:
        """Whether the check failed and a repair is needed."""
        return bool(self.advice)


@click.command("doctor")
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """Check versions, data folder, catalogue, model and user data; change nothing.

    If a check fails, the exit code is 1 and the report names the repair.
    """
    findings = run_checks(load_settings())
    click.echo(f"Marquee {__version__}")
    for finding in findings:
        mark = "!" if finding.broken else " "
        lines = wrap(finding.text, f"{mark} {finding.what:<{_NAME_WIDTH - 2}}")
        if finding.advice:
            lines += wrap(finding.advice, f"{' ' * _NAME_WIDTH}-> ")
        click.echo("\n".join(lines))
    broken = [finding.what for finding in findings if finding.broken]
    if broken:
        click.echo(f"Broken: {', '.join(broken)}.")
        ctx.exit(1)
    click.echo("Everything works.")


def run_checks(settings: Settings) -> list[Finding]:
    """Run all health checks and return their results: versions first, then files."""
    return [
        _check_python(),
        *_check_packages(PROJECT_DIR / "requirements.txt"),
        _check_sqlite(),
        _check_data_dir(settings),
        _check_bundled_films(settings),
        _check_catalogue(settings),
        _check_model(settings),
        _check_user_data(settings),
    ]


def _check_python() -> Finding:
    old = sys.version_info[:2] < _MIN_PYTHON
    advice = "Install Python 3.11 or later." if old else ""
    return Finding("Python", platform.python_version(), advice)


def _check_packages(requirements: Path) -> list[Finding]:
    try:
        pins = _PIN.findall(requirements.read_text(encoding="utf-8"))
    except OSError as error:
        text = f"cannot be read ({error.strerror})"
        return [Finding("requirements.txt", text, "Restore the file.")]
    findings = []
    for name, wanted in pins:
        try:
            found = version(name)
        except PackageNotFoundError:
            found = "not installed"
        text, advice = found, ""
        if found != wanted:
            advice = "Run `pip install -r requirements.txt`."
            text += f", while requirements.txt asks for {wanted}"
        findings.append(Finding(name, text, advice))
    return findings


def _check_sqlite() -> Finding:
    with closing(sqlite3.connect(":memory:")) as probe:
        try:
            probe.execute("CREATE TABLE probe (word TEXT) STRICT")
        except sqlite3.OperationalError:
            text = f"{sqlite3.sqlite_version}, without strict tables"
            return Finding("SQLite", text, "Use a Python whose SQLite is 3.37 or newer.")
    return Finding("SQLite", sqlite3.sqlite_version)


def _check_data_dir(settings: Settings) -> Finding:
    what, folder = "Data folder", settings.data_dir
    advice = "Set MARQUEE_DATA_DIR to a writable folder."
    if folder.exists() and not folder.is_dir():
        return Finding(what, f"{folder} is a file", advice)
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    if not os.access(existing, os.W_OK | os.X_OK):
        return Finding(what, f"{folder}: {existing} is not writable", advice)
    free = shutil.disk_usage(existing).free
    text = f"{folder}, {_size(free)} free"
    if existing != folder:
        text += ", created at the first start"
    if free < _MIN_FREE_BYTES:
        return Finding(what, text, f"Free disk space, at least {_size(_MIN_FREE_BYTES)}.")
    return Finding(what, text)


def _check_bundled_films(settings: Settings) -> Finding:
    what, path = "Bundled films", settings.catalogue_file
    if not path.is_file():
        return Finding(what, f"{path} is missing", "Restore it from the repository.")
    return Finding(what, f"{path.name}, {_size(path.stat().st_size)}")


def _check_catalogue(settings: Settings) -> Finding:
    what, path = "Catalogue", settings.catalogue_db
    if not path.exists():
        return Finding(what, "not built yet; the first start builds it")
    found = inspect_catalogue(path)
    if not found.healthy:
        return Finding(what, f"{path}: {found.fault}", f"{_BUILD} No likes are lost.")
    meta = found.meta
    return Finding(
        what,
        f"valid: {count_of(int(meta['films']), 'film')}, "
        f"{count_of(int(meta['people']), 'person', 'people')}, "
        f"{_size(path.stat().st_size)}, from {meta['source']} ({meta['origin']}), "
        f"built {meta['built_at'][:10]}, schema {meta['schema_version']}",
    )


def _check_model(settings: Settings) -> Finding:
    what, folder, path = "Model", settings.model_dir, settings.catalogue_db
    if not folder.exists():
        return Finding(what, "not fitted yet; the first start fits it")
    fingerprint = None
    if inspect_catalogue(path).healthy:
        with Catalogue(path) as catalogue:
            fingerprint = catalogue.fingerprint
    try:
        model = load_model(folder, fingerprint=fingerprint)
    except ModelError as error:
        return Finding(what, str(error), _BUILD)
    size = _size(sum(part.stat().st_size for part in folder.rglob("*") if part.is_file()))
    return Finding(what, f"valid: {count_of(model.n_films, 'film')}, {size}")


def _check_user_data(settings: Settings) -> Finding:
    what, path = "User data", settings.people_db
    if not path.exists():
        return Finding(what, "none yet; created with the first like")
    try:
        with closing(People(path)) as people:
            info = people.info()
    except PeopleError as error:
        advice = str(error) + (_latest_backup(settings) if "restore" in str(error) else "")
        return Finding(what, f"{path} cannot be used", advice)
    if info.problems:
        return Finding(
            what,
            f"{path} is damaged ({info.problems[0]})",
            "Run `python -m recommender restore`: it keeps the file beside the restored "
            f"latest daily backup.{_latest_backup(settings)}",
        )
    counts = ", ".join(f"{info.interactions[kind]:,} {kind}" for kind in InteractionKind)
    return Finding(
        what,
        f"valid: {count_of(info.people, 'person', 'people')} "
        f"({count_of(info.guests, 'guest')}), {counts}, "
        f"{_size(info.size_bytes)}, schema {info.schema_version}",
    )


def _latest_backup(settings: Settings) -> str:
    found = find_latest_copy(settings.backup_dir)
    return f" It is {found}." if found else f" There is none in {settings.backup_dir}."


def _size(size_bytes: int) -> str:
    if size_bytes < 2**20:
        return f"{size_bytes / 2**10:.0f} KB"
    if size_bytes < 2**30:
        return f"{size_bytes / 2**20:.1f} MB"
    return f"{size_bytes / 2**30:.1f} GB"
