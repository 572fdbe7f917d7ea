"""``build``: the catalogue and its model, anew."""

from __future__ import annotations

import time
from pathlib import Path

import click

from recommender.catalogue import Catalogue, build_catalogue
from recommender.cli.files import FileRefused
from recommender.cli.progress import draw_progress
from recommender.engine import fit_model, save_model
from recommender.errors import FilmFileError
from recommender.settings import load_settings

_CATALOGUE_SHARE = 0.7


@click.command("build")
@click.option("--catalogue", "source", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              metavar="FILE", help="Build from this CSV (or .csv.gz) of the bundled columns "
              "instead of the bundled films.")  # fmt: skip
def command(*, source: Path | None) -> None:
    """Build the catalogue and fit the model anew.

    What is there is replaced only when all went well. People's data is not touched.
    """
    settings = load_settings()
    begun = time.monotonic()
    with draw_progress() as tell:
        try:
            build_catalogue(
                source or settings.catalogue_file,
                settings.catalogue_db,
                progress=lambda part, what: tell(part * _CATALOGUE_SHARE, what),
            )
        except FilmFileError as error:
            if source is None:
                raise
            raise FileRefused(str(error)) from error
        with Catalogue(settings.catalogue_db) as catalogue:
            tables = catalogue.read_tables()
            meta, fingerprint = catalogue.meta(), catalogue.fingerprint
        model = fit_model(
            tables.films,
            tables.roles,
            people=tables.people,
            fingerprint=fingerprint,
            progress=lambda part, what: tell(
                _CATALOGUE_SHARE + part * (1 - _CATALOGUE_SHARE), what
            ),
        )
        save_model(model, settings.model_dir)
    click.echo(
        f"{int(meta['films']):,} films and {int(meta['people']):,} people from {meta['source']}, "
        f"built in {time.monotonic() - begun:.1f} s."
    )
    click.echo(f"Catalogue: {settings.catalogue_db}")
    click.echo(f"Model: {settings.model_dir}")
