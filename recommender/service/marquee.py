"""Facade of the app for pages, routes and commands: catalogue, model, people and TMDb."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from recommender import metrics
from recommender.catalogue import Catalogue, forget_verified
from recommender.engine import (
    Dials,
    ItemFilter,
    Model,
    bridge_films,
    explain_film,
    recommend,
    similar_films,
)
from recommender.entities import Film, Profile, Recommendation
from recommender.errors import UnknownFilm
from recommender.service.enrichment import Enrichments
from recommender.service.model_loader import LoadedData, ModelReloader, load_data
from recommender.service.startup import Stage, Startup
from recommender.service.tour import TourGuests
from recommender.settings import Settings
from recommender.users import People

ALL_LIKES = 100_000
"""Limit of a profile: no like is recommended again, however old."""


class Marquee:
    """The app's data and services; all of them open on first use.

    Parameters
    ----------
    settings : paths and options

    Attributes
    ----------
    enrichment : posters and overviews from TMDb

    Examples
    --------
    >>> import tempfile
    >>> from recommender.settings import load_settings
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     marquee = Marquee(load_settings({"MARQUEE_DATA_DIR": folder}))
    ...     picks = marquee.recommend(Profile(likes=("tt0076759",)), top_n=20)
    ...     marquee.close()
    >>> len(picks)
    20
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.startup = self._build_startup()
        self._people: People | None = None
        self._people_lock = threading.Lock()
        self.enrichment = Enrichments(settings)
        self.tour_guests = TourGuests()
        self._reloader = self._build_reloader()

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue; built first when it is missing."""
        return self.startup.result().catalogue

    @property
    def model(self) -> Model:
        """The model of the catalogue, reloaded when a newer one is saved."""
        return self._reloader.current(self.startup.result().model)

    @property
    def model_edition(self) -> str:
        """Identifier of the loaded model, for the keys of caches."""
        return f"{self.model.fingerprint}-{self._reloader.reloads}"

    @property
    def people(self) -> People:
        """People's data; opened on first use, because commands about films need none.

        Raises
        ------
        PeopleError
            If the file cannot be opened.
        """
        with self._people_lock:
            if self._people is None:
                self._people = People(self.settings.people_db)
            return self._people

    def prepare(self) -> None:
        """Load catalogue and model, and wait for it."""
        self.startup.result()

    def restart(self) -> bool:
        """Check the whole catalogue and rebuild a damaged one; return whether that will happen.

        A catalogue that was loaded less than a minute ago is not checked again.
        """
        forget_verified(self.settings.catalogue_db)
        return self.startup.restart(after_s=60.0)

    def close(self) -> None:
        """Close all files; the next use opens them again."""
        self.tour_guests.close()
        with self._people_lock:
            if self._people is not None:
                self._people.close()
                self._people = None
        self.enrichment.close()
        self._reloader = self._build_reloader()
        startup, self.startup = self.startup, self._build_startup()
        if startup.state.stage is Stage.DONE:
            startup.result().catalogue.close()

    def film(self, tconst: str) -> Film:
        """Return a film.

        Raises
        ------
        UnknownFilm
            If the catalogue does not hold it.
        """
        found = self.catalogue.find_film(tconst)
        if found is None:
            raise UnknownFilm(f"There is no film {tconst!r} in the catalogue.")
        return found

    def profile(self, user_id: int, *, people: People | None = None) -> Profile:
        """Return a person's whole profile; ``people`` defaults to the app's own people."""
        return (people or self.people).load_profile(user_id, limit=ALL_LIKES)

    def knows_taste(self, profile: Profile) -> bool:
        """Return whether the profile has enough likes; with fewer it is a cold start."""
        return len(profile.likes) >= self.settings.enough_likes

    def recommend(
        self,
        profile: Profile,
        *,
        top_n: int,
        ranker: str = "marquee",
        dials: Dials | None = None,
        filters: ItemFilter | None = None,
        with_reasons: bool = True,
    ) -> list[Recommendation]:
        """Return the films recommended to a profile, best first.

        Parameters
        ----------
        profile : newest likes first; nothing it likes, hid or has seen comes back
        top_n : how many are wanted
        ranker : a name in ``recommender.engine.RANKERS``
        dials, filters : options of the person; neutral when None
        with_reasons : False leaves out all reasons but the card's sentence
        """
        with metrics.timed("recommendation"):
            found = recommend(
                self.model,
                profile,
                top_n=top_n,
                ranker=ranker,
                dials=dials or Dials(),
                filters=filters or ItemFilter(),
                profile_size=self.settings.profile_size,
                with_reasons=with_reasons,
            )
            return self._attach_films(found)

    def explain(self, profile: Profile, tconst: str) -> Recommendation | None:
        """Return how well one film matches a profile and why; None when nothing can be said.

        Films the profile likes or hides have no match: the person has said it already.
        """
        if not profile.likes or tconst in {*profile.likes, *profile.hidden, *profile.seen}:
            return None
        self.film(tconst)
        size = self.settings.profile_size
        found = explain_film(self.model, profile, tconst, profile_size=size)
        return next(iter(self._attach_films([found])), None)

    def similar(
        self, tconst: str, *, top_n: int, without: Collection[str] = ()
    ) -> list[Recommendation]:
        """Return the films most like one film, each with what they share, without some.

        Raises
        ------
        UnknownFilm
            If the catalogue does not hold it.
        """
        self.film(tconst)
        return self._attach_films(similar_films(self.model, tconst, top_n=top_n, without=without))

    def bridge(self, tconst: str, other: str, *, top_n: int) -> list[Recommendation]:
        """Return films that lie between two films.

        Raises
        ------
        UnknownFilm
            If the catalogue does not hold one of them.
        """
        self.film(tconst)
        self.film(other)
        return self._attach_films(bridge_films(self.model, tconst, other, top_n=top_n))

    def films(self, tconsts: Sequence[str]) -> list[Film]:
        """Return the films of these ids in their order; unknown ones are left out."""
        return self.catalogue.list_films(tconsts)

    def unknown(self, tconsts: Iterable[str]) -> list[str]:
        """Return the ids that the catalogue does not hold, in their order."""
        wanted = list(tconsts)
        known = {film.tconst for film in self.films(wanted)}
        return [tconst for tconst in wanted if tconst not in known]

    def _attach_films(self, found: Sequence[Recommendation]) -> list[Recommendation]:
        """Return the recommendations with the catalogue's record of each film."""
        films = {film.tconst: film for film in self.films([each.tconst for each in found])}
        return [replace(each, film=films[each.tconst]) for each in found if each.tconst in films]

    def _build_startup(self) -> Startup[LoadedData]:
        return Startup(lambda progress: load_data(self.settings, progress))

    def _build_reloader(self) -> ModelReloader:
        return ModelReloader(
            self.settings.model_dir,
            fingerprint=lambda: self.startup.result().catalogue.fingerprint,
        )
