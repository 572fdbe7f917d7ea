"""Demo tour on the real pages: its steps, the interactions each starts from, and its guests."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from recommender.entities import InteractionKind, Recommendation
from recommender.service.personas import PERSONAS, apply_persona, find_applied_persona
from recommender.users import People

TOUR_FILM = "tt0068646"
"""The Godfather: the film that the tour searches and likes."""
_PERSONA = next(persona for persona in PERSONAS if persona.key == "stargazer")


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One step of the tour.

    Attributes
    ----------
    page : path of the page; empty for Home
    query : query parameters of its address
    title, text : texts of the card. ``text`` may have format fields that the page fills in
    persona, film : whether the guest has the tour's persona, and likes its film
    """

    page: str
    title: str
    text: str
    query: tuple[tuple[str, str], ...] = ()
    persona: bool = True
    film: bool = True


STEPS: tuple[Step, ...] = (
    Step(
        page="",
        title="Films you will like, and why",
        text="A new visitor starts here without an account: five likes are enough. Or borrow a "
        f"taste: press one of the names above. Next puts on {_PERSONA.name.lower()}.",
        persona=False,
        film=False,
    ),
    Step(
        page="",
        title="A pick, and the reason for it",
        text="A few likes are the whole taste. Every film says why it is here, in words that "
        "are true to its score, and no film comes twice on the page.",
        film=False,
    ),
    Step(
        page="search",
        query=(("q", "godfathr"),),
        title="A typing error is no matter",
        text="Nothing is called that, and still the right film is first. Press the heart on "
        "The Godfather: it is on the disk before you look up. Next does it for you.",
        film=False,
    ),
    Step(
        page="for_you",
        title="One like, and the picks move",
        text="{new} of these {shown} picks were not here before it. {pick}: {because}.",
    ),
    Step(
        page="film",
        title="The reason in full",
        text="What a card says in one line, a film's own page says whole, with its match. "
        "Further down: what is like it, and what exactly the films share.",
    ),
    Step(
        page="insights",
        query=(("section", "Map"),),
        title="A taste as a map",
        text="Near films are alike. Corners are named after what their films share. Point at a "
        "film to see why it is there, and click it to open it.",
    ),
    Step(
        page="insights",
        query=(("section", "What if"), ("without", TOUR_FILM)),
        title="What is one like worth?",
        text="Without The Godfather the ranks move like this. Nothing is changed by asking: "
        "switch likes off and on above the chart.",
    ),
    Step(
        page="for_you",
        query=(("surprise", "7"),),
        title="Now pull the network cable",
        text="Everything is on this machine: films, search, ranking, charts, drawn posters. "
        "Unplug it and go on: turn a dial, press Surprise me, search for anything.",
    ),
)


def prepare_step(people: People, user_id: int, step: Step, *, reset: bool) -> None:
    """Write the interactions that a step starts from, for a guest of the tour.

    ``reset`` deletes other interactions first, as for a step back.

    Raises
    ------
    PeopleError
        If people's data cannot be written.
    """
    if reset:
        people.clear_interactions(user_id, None)
    if step.persona and find_applied_persona(people.list_interactions(user_id)) is None:
        apply_persona(people, user_id, _PERSONA)
    if step.film:
        people.set_interaction(user_id, TOUR_FILM, InteractionKind.LIKE, on=True)


def find_pick_to_show(picks: Sequence[Recommendation]) -> Recommendation | None:
    """Return the first pick whose sentence names the tour's film, else the first pick, if any."""
    for pick in picks:
        likes = (reason.liked[:1] for reason in pick.reasons if reason.text)
        if (TOUR_FILM,) in likes and "The Godfather" in pick.because:
            return pick
    return picks[0] if picks else None


class TourGuests:
    """Temporary database of the guests of tours; created with the first tour.

    It is separate from the app's people, so that guests are neither learned from nor backed up.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._people: People | None = None

    @property
    def people(self) -> People:
        """People of the tours.

        Raises
        ------
        PeopleError
            If the file cannot be created.
        """
        with self._lock:
            if self._people is None:
                self._folder = tempfile.TemporaryDirectory(
                    prefix="marquee-tour-", ignore_cleanup_errors=True
                )
                self._people = People(Path(self._folder.name) / "people.db")
            return self._people

    def close(self) -> None:
        """Delete all guests."""
        with self._lock:
            if self._people is not None:
                self._people.close()
            if self._folder is not None:
                self._folder.cleanup()
            self._people = self._folder = None
