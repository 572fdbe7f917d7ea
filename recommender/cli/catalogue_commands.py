"""Commands of the catalogue: ``build``, ``import-imdb``, ``search`` and ``film``."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recommender.catalogue import Catalogue, Filters, Sort, build_catalogue, ensure_catalogue
from recommender.cli.inputs import describe_unknown, read_film_id, refuse_invalid_data
from recommender.cli.output import (
    count_of,
    draw_progress,
    echo_json,
    film_details,
    film_lines,
    film_record,
)
from recommender.errors import UnknownFilm
from recommender.settings import load_settings

if TYPE_CHECKING:
    from recommender.catalogue.imdb import ImportFacts, ImportProgress

_CATALOGUE_SHARE = 0.7
_REPORT_EVERY_S = 0.2
_MAX_WARNINGS = 5
_YEAR = click.IntRange(1800, 2200)


@click.command("build")
@click.option("--catalogue", "source", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              metavar="FILE", help="Build from this CSV (or .csv.gz) with the columns of the "
              "bundled films.")  # fmt: skip
def build(*, source: Path | None) -> None:
    """Build the catalogue from the bundled films and fit the recommendation model.

    The current catalogue and model are replaced only after both succeed. User data is not changed.
    """
    # The engine takes 0.7 s to import, and `search` does not need it.
    from recommender.engine import fit_model, save_model  # noqa: PLC0415

    settings = load_settings()
    start = time.monotonic()
    with draw_progress() as report, refuse_invalid_data():
        build_catalogue(
            source or settings.catalogue_file,
            settings.catalogue_db,
            progress=lambda share, what: report(share * _CATALOGUE_SHARE, what),
        )
        with Catalogue(settings.catalogue_db) as catalogue:
            tables = catalogue.read_tables()
            meta, fingerprint = catalogue.meta(), catalogue.fingerprint
        model = fit_model(
            tables.films,
            tables.roles,
            people=tables.people,
            fingerprint=fingerprint,
            progress=lambda share, what: report(
                _CATALOGUE_SHARE + share * (1 - _CATALOGUE_SHARE), what
            ),
        )
        save_model(model, settings.model_dir)
    click.echo(
        f"{count_of(int(meta['films']), 'film')} and "
        f"{count_of(int(meta['people']), 'person', 'people')} from {meta['source']}, "
        f"built in {time.monotonic() - start:.1f} s."
    )
    click.echo(f"Catalogue: {settings.catalogue_db}")
    click.echo(f"Model: {settings.model_dir}")


@click.command("import-imdb")
@click.option("--from", "source", default="", metavar="DIR_OR_URL",
              help="Folder or address of IMDb's .tsv.gz files; IMDb's own address by "
              "default.")  # fmt: skip
@click.option("--min-votes", type=click.IntRange(min=0), default=0, show_default=True,
              help="Leave out films with fewer votes.")  # fmt: skip
@click.option("--types", default="movie,tvMovie", show_default=True, metavar="TYPES",
              help="IMDb title types to import, separated by commas.")  # fmt: skip
@click.option("--keep-files", is_flag=True,
              help="Keep the downloaded files; the next import downloads only changed "
              "ones.")  # fmt: skip
@click.option("--progress-json", is_flag=True,
              help="Write progress and result as lines of JSON to stdout.")  # fmt: skip
def import_imdb(
    *, source: str, min_votes: int, types: str, keep_files: bool, progress_json: bool
) -> None:
    """Import IMDb's public data sets, for personal and non-commercial use.

    Five files (about 1.3 GB) are downloaded and joined. The new catalogue and model replace the
    current ones only when both are complete. User data is not changed. `build` restores the
    bundled films.
    """
    # The service takes 1 s to import, and `search` does not need it.
    from recommender.service import ImportRequest  # noqa: PLC0415
    from recommender.service import import_imdb as run_import  # noqa: PLC0415

    settings = load_settings()
    request = ImportRequest(
        source=source,
        types=tuple(filter(None, map(str.strip, types.split(",")))),
        min_votes=min_votes,
        keep_files=keep_files,
    )
    if not request.types:
        raise click.BadParameter("name at least one title type", param_hint="--types")
    # SIGTERM cleans up as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    start = time.monotonic()
    shown_at = 0.0
    with draw_progress() as report, refuse_invalid_data():

        def show(progress: ImportProgress) -> None:
            nonlocal shown_at
            now = time.monotonic()
            if now - shown_at < _REPORT_EVERY_S and progress.fraction < 1.0:
                return
            shown_at = now
            if progress_json:
                click.echo(json.dumps({"progress": asdict(progress)}))
                return
            left_s = progress.seconds_left
            left = f", {_duration(left_s)} left" if left_s else ""
            report(progress.fraction, progress.text + left)

        facts = run_import(settings, request, show)
    if progress_json:
        click.echo(json.dumps({"done": asdict(facts)}))
    else:
        _echo_import(facts, time.monotonic() - start)


@click.command("search")
@click.argument("query", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1, 500), default=20, show_default=True,
              help="Number of films.")  # fmt: skip
@click.option("--genre", "genres", multiple=True, metavar="GENRE",
              help="Only films of this genre; repeat it for any of several.")  # fmt: skip
@click.option("--from-year", type=_YEAR, help="Only films of this year and later.")
@click.option("--to-year", type=_YEAR, help="Only films of this year and earlier.")
@click.option("--min-rating", type=click.FloatRange(0, 10), help="Only films rated this or higher.")
@click.option("--sort", type=click.Choice([str(sort) for sort in Sort]), default="relevance",
              show_default=True, help="Order of the films.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Write a JSON array.")
def search(
    *,
    query: tuple[str, ...],
    limit: int,
    genres: tuple[str, ...],
    from_year: int | None,
    to_year: int | None,
    min_rating: float | None,
    sort: str,
    as_json: bool,
) -> None:
    """Find films by QUERY: words of titles, people and years; the last word may be incomplete.

    Spelling is corrected if nothing matches. An empty QUERY ("") lists all films.
    """
    text = " ".join(query)
    with _open_catalogue() as catalogue:
        filters = Filters(
            genres=tuple(_find_genre(catalogue, genre) for genre in genres),
            year_from=from_year,
            year_to=to_year,
            min_rating=min_rating,
        )
        page = catalogue.search(text, filters=filters, sort=Sort(sort), limit=limit)
    if page.corrected_to is not None:
        click.echo(f'Nothing matches "{text}"; showing "{page.corrected_to}".', err=True)
    if as_json:
        echo_json(map(film_record, page.films))
        return
    for line in film_lines(page.films):
        click.echo(line)
    if not page.films:
        click.echo("No film matches.")
    elif page.has_more:
        click.echo(f"{page.total - len(page.films):,} more; use --limit to see them.")


@click.command("film")
@click.argument("tconst")
@click.option("--json", "as_json", is_flag=True, help="Write a JSON array of this one film.")
def film(*, tconst: str, as_json: bool) -> None:
    """Show the facts of the film TCONST, an IMDb id such as tt0113277 or its address."""
    with _open_catalogue() as catalogue:
        found = catalogue.find_film(read_film_id(tconst) or tconst)
        if found is None:
            named = describe_unknown(tconst, lambda query: catalogue.search(query).films)
            raise UnknownFilm(f"The catalogue does not hold this film: {named}.")
    if as_json:
        echo_json([film_record(found)])
        return
    for line in film_details(found):
        click.echo(line)


@contextmanager
def _open_catalogue() -> Iterator[Catalogue]:
    """Open the catalogue for a command; build it first if the data folder has none."""
    settings = load_settings()
    with draw_progress() as report:
        path = ensure_catalogue(settings, progress=report)
    with Catalogue(path) as catalogue:
        yield catalogue


def _find_genre(catalogue: Catalogue, name: str) -> str:
    """Return the catalogue's spelling of a genre name, ignoring case."""
    genres = {genre.casefold(): genre for genre in catalogue.list_genres()}
    if name.strip().casefold() not in genres:
        known = ", ".join(genres.values())
        raise click.BadParameter(
            f"there is no genre {name!r}; choose from {known}.", param_hint="--genre"
        )
    return genres[name.strip().casefold()]


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def _echo_import(facts: ImportFacts, took_s: float) -> None:
    click.echo(
        f"{count_of(facts.films, 'film')}, {count_of(facts.people, 'person', 'people')} and "
        f"{count_of(facts.credits, 'credit')}, "
        f"imported in {took_s:.0f} s."
    )
    for reason, count in facts.left_out.items():
        click.echo(f"Left out: {count:,} {reason}.")
    for row in facts.mended[:_MAX_WARNINGS]:
        click.echo(f"Warning: {row}; it was repaired.", err=True)
    if len(facts.mended) > _MAX_WARNINGS:
        more = len(facts.mended) - _MAX_WARNINGS
        click.echo(f"Warning: {more:,} more repaired.", err=True)
