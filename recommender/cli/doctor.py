"""The ``doctor`` command: health checks of versions, files and databases; changes nothing."""

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


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """Result of one check.

    Attributes
    ----------
    what : name of the thing checked
    text : its state
    advice : what to do; empty if nothing has to be done
    """

    what: str
    text: str
    advice: str = ""

    @property
    def broken(self) -> bool:
        """Whether something has to be done."""
        return bool(self.advice)


@click.command("doctor")
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """Check versions, data folder, catalogue, model and user data; change nothing.

    The exit code is 1 if something is broken, and the report says what to do.
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
    """Return the results of all checks: versions, then files."""
    findings = [
        _check_python(),
        *_check_packages(PROJECT_DIR / "requirements.txt"),
        _check_sqlite(),
    ]
    checks: list[Callable[[Settings], Finding]] = [
        _check_data_dir, _check_bundled_films, _check_catalogue, _check_model, _check_user_data,
    ]  # fmt: skip
    return findings + [check(settings) for check in checks]


def _check_python() -> Finding:
    old = tuple(map(int, platform.python_version_tuple()[:2])) < _MIN_PYTHON
    advice = "Install Python 3.11 or later." if old else ""
    return Finding(what="Python", text=platform.python_version(), advice=advice)


def _check_packages(requirements: Path) -> list[Finding]:
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


def _check_sqlite() -> Finding:
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


def _check_data_dir(settings: Settings) -> Finding:
    what, folder = "Data folder", settings.data_dir
    advice = "Set MARQUEE_DATA_DIR to a writable folder."
    if folder.exists() and not folder.is_dir():
        return Finding(what=what, text=f"{folder} is a file", advice=advice)
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    if not os.access(existing, os.W_OK | os.X_OK):
        return Finding(what=what, text=f"{folder}: {existing} is not writable", advice=advice)
    free = shutil.disk_usage(existing).free
    text = f"{folder}, {_size(free)} free" + (
        "" if existing == folder else ", created at the first start"
    )
    if free < _MIN_FREE_BYTES:
        return Finding(
            what=what, text=text, advice=f"Free disk space, at least {_size(_MIN_FREE_BYTES)}."
        )
    return Finding(what=what, text=text)


def _check_bundled_films(settings: Settings) -> Finding:
    what, path = "Bundled films", settings.catalogue_file
    if not path.is_file():
        return Finding(
            what=what, text=f"{path} is missing", advice="Restore it from the repository."
        )
    return Finding(what=what, text=f"{path.name}, {_size(path.stat().st_size)}")


def _check_catalogue(settings: Settings) -> Finding:
    what, path = "Catalogue", settings.catalogue_db
    if not path.exists():
        return Finding(what=what, text="not built yet; the first start builds it")
    found = inspect_catalogue(path)
    if not found.healthy:
        return Finding(
            what=what, text=f"{path}: {found.fault}", advice=f"{_BUILD} No likes are lost."
        )
    meta = found.meta
    return Finding(
        what=what,
        text=f"valid: {count_of(int(meta['films']), 'film')}, "
        f"{count_of(int(meta['people']), 'person', 'people')}, "
        f"{_size(path.stat().st_size)}, from {meta['source']} ({meta['origin']}), "
        f"built {meta['built_at'][:10]}, schema {meta['schema_version']}",
    )


def _check_model(settings: Settings) -> Finding:
    what, folder = "Model", settings.model_dir
    if not folder.exists():
        return Finding(what=what, text="not fitted yet; the first start fits it")
    try:
        model = load_model(folder, fingerprint=_fingerprint(settings.catalogue_db))
    except ModelError as error:
        return Finding(what=what, text=str(error), advice=_BUILD)
    size = _size(sum(part.stat().st_size for part in folder.rglob("*") if part.is_file()))
    return Finding(what=what, text=f"valid: {count_of(model.n_films, 'film')}, {size}")


def _fingerprint(path: Path) -> str | None:
    """Return the fingerprint of the catalogue; None if there is no valid one."""
    if not inspect_catalogue(path).healthy:
        return None
    with Catalogue(path) as catalogue:
        return catalogue.fingerprint


def _check_user_data(settings: Settings) -> Finding:
    what, path = "User data", settings.people_db
    if not path.exists():
        return Finding(what=what, text="none yet; created with the first like")
    try:
        people = People(path)
        try:
            info = people.info()
        finally:
            people.close()
    except PeopleError as error:
        advice = str(error) + (_latest_backup(settings) if "restore" in str(error) else "")
        return Finding(what=what, text=f"{path} cannot be used", advice=advice)
    if info.problems:
        return Finding(
            what=what,
            text=f"{path} is damaged ({info.problems[0]})",
            advice="Run `python -m recommender restore`: it keeps the file beside the restored "
            f"latest daily backup.{_latest_backup(settings)}",
        )
    counts = ", ".join(f"{info.interactions[kind]:,} {kind}" for kind in InteractionKind)
    return Finding(
        what=what,
        text=f"valid: {count_of(info.people, 'person', 'people')} "
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
