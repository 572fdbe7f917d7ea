"""Tour: likes of its guest at each step, and the pick that a step shows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from recommender.entities import Film, InteractionKind, Reason, Recommendation
from recommender.service import (
    PERSONAS,
    STEPS,
    TOUR_FILM,
    apply_persona,
    find_applied_persona,
    find_pick_to_show,
    prepare_step,
)
from recommender.service.tour import TourGuests
from recommender.users import new_token

LIKE = InteractionKind.LIKE
HEAT = "tt0113277"


@pytest.fixture
def guests() -> Iterator[TourGuests]:
    opened = TourGuests()
    yield opened
    opened.close()


def likes(guests: TourGuests, user_id: int) -> tuple[str, ...]:
    return guests.people.load_profile(user_id, limit=99).likes


def test_each_step_has_its_likes(guests: TourGuests) -> None:
    guest = guests.people.open_guest(new_token())
    for step in STEPS:
        prepare_step(guests.people, guest.user_id, step, reset=True)
        said = likes(guests, guest.user_id)
        assert (TOUR_FILM in said) is step.film
        assert len(said) == 6 * step.persona + step.film


def test_step_forward_keeps_other_likes_and_step_back_resets_them(guests: TourGuests) -> None:
    guest = guests.people.open_guest(new_token())
    prepare_step(guests.people, guest.user_id, STEPS[0], reset=True)
    noir = next(persona for persona in PERSONAS if persona.key == "noir_lover")
    apply_persona(guests.people, guest.user_id, noir)
    guests.people.set_interaction(guest.user_id, HEAT, LIKE, on=True)
    prepare_step(guests.people, guest.user_id, STEPS[3], reset=False)
    assert set(likes(guests, guest.user_id)) == {HEAT, TOUR_FILM, *noir.likes}
    prepare_step(guests.people, guest.user_id, STEPS[1], reset=True)
    worn = find_applied_persona(guests.people.list_interactions(guest.user_id))
    assert worn is not None
    assert set(likes(guests, guest.user_id)) == set(worn.likes)


def test_closing_deletes_all_guests(guests: TourGuests) -> None:
    token = new_token()
    guests.people.open_guest(token)
    folder = Path(guests.people.path).parent
    assert folder.exists()
    guests.close()
    assert not folder.exists()
    assert guests.people.find_user(token) is None


def test_pick_to_show_names_the_tour_film() -> None:
    film = Film(tconst=HEAT, primary_title="Heat", original_title="Heat", start_year=1995,
                runtime_min=170, genres=(), average_rating=8.0, num_votes=1)  # fmt: skip

    def pick(because: str, liked: str) -> Recommendation:
        reason = Reason(term="genre", contribution=1.0, liked=(liked,), text=because)
        return Recommendation(
            film=film, score=1.0, match_percent=50, reasons=(reason,), because=because
        )

    other, expected = pick("Like Alien", "tt0078748"), pick("Like The Godfather", TOUR_FILM)
    assert find_pick_to_show([other, expected]) is expected
    assert find_pick_to_show([other]) is other
    assert find_pick_to_show([]) is None
