"""The ``tmdb`` commands: fill, inspect and purge the cache of posters and overviews."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from recommender.catalogue import Catalogue, ensure_catalogue
from recommender.cli.output import count_of, draw_progress
from recommender.errors import SettingsError
from recommender.service import Enrichments
from recommender.settings import PROJECT_DIR, Settings, load_settings
from recommender.tmdb import TmdbState

_SECRETS_FILE = Path(".streamlit") / "secrets.toml"
_TIMEOUT_S = 5.0
_NO_KEY = "There is no TMDb key. Set TMDB_API_KEY; see .streamlit/secrets.toml.example."
_STATES = {
    TmdbState.NO_KEY: "no key; posters are drawn locally",
    TmdbState.UNTRIED: "there is a key; not tested",
    TmdbState.WORKING: "working",
    TmdbState.UNREACHED: "not reachable",
    TmdbState.REFUSED: "TMDb does not know the key",
}


@click.group("tmdb")
def tmdb() -> None:
    """Fill, inspect and purge the cache of posters and overviews from TMDb."""


@tmdb.command("warm")
@click.option(
    "--top",
    default=1000,
    show_default=True,
    type=click.IntRange(1, 50_000),
    help="Number of films, those with most votes first.",
)
def warm(top: int) -> None:
    """Fetch posters and overviews into the cache ahead of time.

    Cached films are skipped, so the command can be interrupted and run again.
    """
    with _open() as (settings, enrichment), draw_progress() as report:
        if not enrichment.has_key:
            raise click.ClickException(_NO_KEY)
        path = ensure_catalogue(settings, progress=lambda done, text: report(0.0, text))
        with Catalogue(path) as catalogue:
            films = [film.tconst for film in catalogue.list_popular(limit=top)]
        report(0.0, "Fetching from TMDb")
        count = len(films)
        done = enrichment.warm(films, lambda n: report(n / count, f"{n:,} of {count:,} films"))
        found = len(enrichment.find(films))
        status = enrichment.status()
    if done < count:
        raise click.ClickException(
            f"TMDb: {_STATES[status.state]}. {found:,} of {count:,} films are cached; run this "
            "again later to continue."
        )
    click.echo(f"{found:,} of {count:,} films have a poster or an overview now.")


@tmdb.command("status")
def show_status() -> None:
    """Show whether the TMDb key works and the size of the cache; never show the key."""
    with _open() as (settings, enrichment):
        status = enrichment.check(wait_s=_TIMEOUT_S)
    cached = status.cached
    click.echo(f"TMDb: {_STATES[status.state]}.")
    click.echo(
        f"Cached: {count_of(cached.films, 'film')}, {cached.unknown:,} unknown to TMDb, "
        f"{cached.size_bytes / 2**20:.1f} MB in {settings.tmdb_db}."
    )


@tmdb.command("purge")
def purge() -> None:
    """Delete all cached TMDb data, including pictures."""
    with _open() as (_, enrichment):
        enrichment.purge()
    click.echo("All data from TMDb is deleted.")


def read_secrets_file(*folders: Path) -> dict[str, str]:
    """Return the top-level values of Streamlit's secrets files; later files override earlier ones.

    Parameters
    ----------
    folders : folders with ``.streamlit/secrets.toml``; by default home and project, as in Streamlit

    Raises
    ------
    SettingsError
        If a file cannot be read. The message does not repeat its content.
    """
    found: dict[str, str] = {}
    for folder in folders or (Path.home(), PROJECT_DIR):
        path = folder / _SECRETS_FILE
        if not path.is_file():
            continue
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise SettingsError(f"{path} cannot be read; it should be TOML.") from None
        found |= {k: str(v) for k, v in values.items() if isinstance(v, str | int | float)}
    return found


@contextmanager
def _open() -> Iterator[tuple[Settings, Enrichments]]:
    settings = load_settings(secrets=read_secrets_file())
    enrichment = Enrichments(settings)
    try:
        yield settings, enrichment
    finally:
        enrichment.close()
