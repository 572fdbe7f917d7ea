"""Opening of the catalogue and the model for a command, with progress on stderr."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import click
from threadpoolctl import threadpool_limits

from recommender.catalogue import Catalogue, ensure_catalogue
from recommender.cli.inputs import describe_unknown, read_film_id
from recommender.cli.output import draw_progress
from recommender.engine import Model, load_model
from recommender.entities import Recommendation
from recommender.errors import ModelError
from recommender.settings import Settings, load_settings

_MAX_NAMED = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenApp:
    """Open catalogue and the recommendation model fitted to it."""

    settings: Settings
    catalogue: Catalogue
    model: Model

    def attach_films(self, found: Sequence[Recommendation]) -> list[Recommendation]:
        """Return recommendations with each film replaced by the catalogue's full record."""
        listed = self.catalogue.list_films([each.tconst for each in found])
        films = {film.tconst: film for film in listed}
        return [replace(each, film=films[each.tconst]) for each in found if each.tconst in films]

    def find_known(self, texts: Sequence[str]) -> list[str]:
        """Return the unique ids of the films in the catalogue; report the others on stderr.

        Parameters
        ----------
        texts : ids or addresses of films

        Raises
        ------
        ClickException
            If the catalogue holds none of them.
        """
        text_of = {read_film_id(text) or text: text for text in texts}
        known = {film.tconst for film in self.catalogue.list_films(list(text_of))}
        unknown = [text for tconst, text in text_of.items() if tconst not in known]
        named = ", ".join(
            describe_unknown(text, lambda query: self.catalogue.search(query).films)
            for text in unknown[:_MAX_NAMED]
        )
        if len(unknown) > _MAX_NAMED:
            named += f" and {len(unknown) - _MAX_NAMED} more"
        if unknown and not known:
            raise click.ClickException(f"The catalogue holds none of these films: {named}.")
        if unknown:
            are = "film is" if len(unknown) == 1 else "films are"
            message = f"Warning: {len(unknown)} {are} not in the catalogue and skipped: {named}."
            click.echo(message, err=True)
        return [tconst for tconst in text_of if tconst in known]


@contextmanager
def open_app() -> Iterator[OpenApp]:
    """Open catalogue and model for a command; build and fit them first if they are missing.

    Raises
    ------
    MarqueeError
        If a setting is not valid, or the catalogue or the model cannot be loaded or built.
    """
    settings = load_settings()
    with draw_progress() as report:
        path = ensure_catalogue(settings, progress=report)
    with Catalogue(path) as catalogue:
        try:
            model = load_model(settings.model_dir, fingerprint=catalogue.fingerprint)
        except ModelError:
            # The service takes 0.8 s to import, and a saved model needs nothing of it.
            from recommender.service import load_or_fit_model  # noqa: PLC0415

            with draw_progress() as report:
                model = load_or_fit_model(settings, catalogue, report)
                report(1.0, "Ready")
        # One BLAS thread is fastest for small matrix products.
        with threadpool_limits(limits=1, user_api="blas"):
            yield OpenApp(settings=settings, catalogue=catalogue, model=model)
