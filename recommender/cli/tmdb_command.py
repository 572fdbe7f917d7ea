"""``tmdb``: fill, look at and empty the cache of posters and overviews."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from recommender.catalogue import Catalogue, ensure_catalogue
from recommender.cli.progress import draw_progress
from recommender.cli.secrets_file import read_secrets_file
from recommender.service import Enrichments
from recommender.settings import Settings, load_settings
from recommender.tmdb import TmdbState

_PATIENCE_S = 5.0
_NO_KEY = "There is no key of TMDb. Set TMDB_API_KEY; .streamlit/secrets.toml.example says how."
_STANDING = {
    TmdbState.NO_KEY: "no key; posters are drawn",
    TmdbState.UNTRIED: "there is a key; it was not tried",
    TmdbState.WORKING: "working",
    TmdbState.UNREACHED: "not reached",
    TmdbState.REFUSED: "TMDb does not know the key",
}


@click.group("tmdb")
def command() -> None:
    """Fill, look at and empty the cache of posters and overviews from TMDb."""


@command.command("warm")
@click.option(
    "--top",
    default=1000,
    show_default=True,
    type=click.IntRange(1, 50_000),
    help="How many films, those with most votes first.",
)
def warm(top: int) -> None:
    """Fetch posters and overviews ahead of time.

    Films that are known take no request, so it can be interrupted and run again.
    """
    with _open() as (settings, enrichment), draw_progress() as tell:
        if not enrichment.has_key:
            raise click.ClickException(_NO_KEY)
        path = ensure_catalogue(settings, progress=lambda done, text: tell(0.0, text))
        with Catalogue(path) as catalogue:
            films = [film.tconst for film in catalogue.list_popular(limit=top)]
        tell(0.0, "Asking TMDb")
        count = len(films)
        done = enrichment.warm(films, lambda n: tell(n / count, f"{n:,} of {count:,} films"))
        found = len(enrichment.find(films))
        status = enrichment.status()
    if done < count:
        raise click.ClickException(
            f"TMDb: {_STANDING[status.state]}. {found:,} of {count:,} films are here; run this "
            "again later to go on."
        )
    click.echo(f"{found:,} of {count:,} films have a poster or an overview now.")


@command.command("status")
def show_status() -> None:
    """Say whether the key works and how much is kept; the key itself is never shown."""
    with _open() as (settings, enrichment):
        status = enrichment.check(wait_s=_PATIENCE_S)
    kept = status.cached
    click.echo(f"TMDb: {_STANDING[status.state]}.")
    click.echo(
        f"Kept: {kept.films:,} films, {kept.unknown:,} that TMDb does not know, "
        f"{kept.size_bytes / 2**20:.1f} MB in {settings.tmdb_db}."
    )


@command.command("purge")
def purge() -> None:
    """Forget everything that came from TMDb, pictures included."""
    with _open() as (_, enrichment):
        enrichment.purge()
    click.echo("Everything from TMDb is forgotten.")


@contextmanager
def _open() -> Iterator[tuple[Settings, Enrichments]]:
    settings = load_settings(secrets=read_secrets_file())
    enrichment = Enrichments(settings)
    try:
        yield settings, enrichment
    finally:
        enrichment.close()
