"""``film``: what the catalogue knows of one film."""

from __future__ import annotations

import click

from recommender.cli.layout import film_facts
from recommender.cli.opening import open_catalogue
from recommender.cli.records import echo_json, film_record
from recommender.errors import UnknownFilm


@click.command("film")
@click.argument("tconst")
@click.option("--json", "as_json", is_flag=True, help="Write a JSON array of this one film.")
def command(*, tconst: str, as_json: bool) -> None:
    """Show what is known of the film TCONST, IMDb's id such as tt0113277."""
    with open_catalogue() as catalogue:
        film = catalogue.find_film(tconst)
    if film is None:
        raise UnknownFilm(f"There is no film {tconst!r} in the catalogue.")
    if as_json:
        echo_json([film_record(film)])
        return
    for line in film_facts(film):
        click.echo(line)
