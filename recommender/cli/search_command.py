"""``search``: the same search as the page's."""

from __future__ import annotations

import click

from recommender.catalogue import Catalogue, Filters, Sort
from recommender.cli.layout import film_lines
from recommender.cli.opening import open_catalogue
from recommender.cli.records import echo_json, film_record

_YEAR = click.IntRange(1800, 2200)


@click.command("search")
@click.argument("query", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1, 500), default=20, show_default=True,
              help="How many films to show.")  # fmt: skip
@click.option("--genre", "genres", multiple=True, metavar="GENRE",
              help="Only films of this genre; repeat it for any of several.")  # fmt: skip
@click.option("--from-year", type=_YEAR, help="Only films of this year and later.")
@click.option("--to-year", type=_YEAR, help="Only films of this year and earlier.")
@click.option("--min-rating", type=click.FloatRange(0, 10), help="Only films rated this or higher.")
@click.option("--sort", type=click.Choice([str(sort) for sort in Sort]), default="relevance",
              show_default=True, help="What comes first.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Write a JSON array.")
def command(
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
    """Find films by QUERY: words of titles, people, a year, the last word perhaps unfinished.

    Typing errors are forgiven when nothing matches as typed. An empty QUERY ("") lists all films.
    """
    typed = " ".join(query)
    with open_catalogue() as catalogue:
        filters = Filters(
            genres=tuple(_known_genre(catalogue, genre) for genre in genres),
            year_from=from_year,
            year_to=to_year,
            min_rating=min_rating,
        )
        page = catalogue.search(typed, filters=filters, sort=Sort(sort), limit=limit)
    if page.corrected_to is not None:
        click.echo(f'Nothing matches "{typed}"; showing "{page.corrected_to}".', err=True)
    if as_json:
        echo_json(map(film_record, page.films))
        return
    for line in film_lines(page.films):
        click.echo(line)
    if not page.films:
        click.echo("No film matches.")
    elif page.has_more:
        click.echo(f"{page.total - len(page.films):,} more; ask for them with --limit.")


def _known_genre(catalogue: Catalogue, asked: str) -> str:
    """Return the genre as the catalogue writes it."""
    genres = {genre.casefold(): genre for genre in catalogue.list_genres()}
    if asked.strip().casefold() not in genres:
        known = ", ".join(genres.values())
        raise click.BadParameter(
            f"there is no genre {asked!r}; choose from {known}.", param_hint="--genre"
        )
    return genres[asked.strip().casefold()]
