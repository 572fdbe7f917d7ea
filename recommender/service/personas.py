"""Personas: made-up people with a clear taste, to look at films through their eyes.

Putting one on adds its likes to a profile and taking it off removes just those: what the person
said themselves is never touched. Which likes a persona brought is told by their times, because they
are written in one breath, so nothing has to be remembered beside them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from recommender.entities import Interaction, InteractionKind
from recommender.users import People

_FEWEST_ADDED = 2
"""So many likes of one breath make a persona; a single like may be anybody's."""

_ONE_BREATH = timedelta(microseconds=20)
"""What is written together is a microsecond apart; two writes to the disk take far longer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Persona:
    """A made-up person.

    ``key`` is stable; ``likes`` are tconst of films in the bundled catalogue, favourite first.
    """

    key: str
    name: str
    taste: str
    likes: tuple[str, ...]


PERSONAS: tuple[Persona, ...] = (
    Persona(
        key="ghibli_child",
        name="The Ghibli child",
        taste="Forest spirits, flying machines and everything Miyazaki",
        likes=(
            "tt0096283",  # My Neighbor Totoro
            "tt0245429",  # Spirited Away
            "tt0097814",  # Kiki's Delivery Service
            "tt0876563",  # Ponyo
            "tt0347149",  # Howl's Moving Castle
            "tt0092067",  # Castle in the Sky
        ),
    ),
    Persona(
        key="noir_lover",
        name="The film-noir lover",
        taste="Venetian blinds, cigarette smoke and people who lie",
        likes=(
            "tt0036775",  # Double Indemnity
            "tt0039689",  # Out of the Past
            "tt0033870",  # The Maltese Falcon
            "tt0037008",  # Laura
            "tt0042593",  # In a Lonely Place
            "tt0052311",  # Touch of Evil
        ),
    ),
    Persona(
        key="blockbuster_fan",
        name="The blockbuster fan",
        taste="The biggest screen, the loudest seat, a bucket of popcorn",
        likes=(
            "tt0848228",  # The Avengers
            "tt1745960",  # Top Gun: Maverick
            "tt4912910",  # Mission: Impossible - Fallout
            "tt0468569",  # The Dark Knight
            "tt0499549",  # Avatar
            "tt1596343",  # Fast Five
        ),
    ),
    Persona(
        key="night_owl",
        name="The horror night owl",
        taste="Lights off, door locked, one more before bed",
        likes=(
            "tt0084787",  # The Thing
            "tt0077651",  # Halloween
            "tt7784604",  # Hereditary
            "tt0081505",  # The Shining
            "tt4263482",  # The Witch
            "tt0076786",  # Suspiria
        ),
    ),
    Persona(
        key="nouvelle_vague",
        name="The Nouvelle Vague student",
        taste="Paris on foot, Godard on Monday, Truffaut on Tuesday",
        likes=(
            "tt0053472",  # Breathless
            "tt0053198",  # The 400 Blows
            "tt0055852",  # Cléo from 5 to 7
            "tt0055032",  # Jules and Jim
            "tt0057345",  # Contempt
            "tt0057869",  # Band of Outsiders
        ),
    ),
    Persona(
        key="stargazer",
        name="The stargazer",
        taste="Space, silence and one good idea",
        likes=(
            "tt0062622",  # 2001: A Space Odyssey
            "tt2543164",  # Arrival
            "tt0069293",  # Solaris
            "tt0118884",  # Contact
            "tt1182345",  # Moon
            "tt0816692",  # Interstellar
        ),
    ),
    Persona(
        key="romantic",
        name="The hopeless romantic",
        taste="They meet, they part, they meet again, and it rains",
        likes=(
            "tt0098635",  # When Harry Met Sally...
            "tt0112471",  # Before Sunrise
            "tt0125439",  # Notting Hill
            "tt0128853",  # You've Got Mail
            "tt0109831",  # Four Weddings and a Funeral
            "tt0108160",  # Sleepless in Seattle
        ),
    ),
)


def find_worn_persona(interactions: Iterable[Interaction]) -> Persona | None:
    """Return the persona a profile wears, None for one that is all its own.

    Parameters
    ----------
    interactions
        Everything the person said of films, in any order.
    """
    worn = _worn_likes(interactions)
    return worn[0] if worn else None


def wear_persona(people: People, user_id: int, persona: Persona) -> int:
    """Add a persona's likes to a profile, and take off the one worn before; count what was added.

    Films the person has already spoken of keep what was said.

    Parameters
    ----------
    people
        Where it is written.
    user_id
        Whose profile.
    persona
        Whom to put on.

    Raises
    ------
    PeopleError
        If it could not be written.
    """
    said = people.list_interactions(user_id)
    before = _worn_likes(said)
    leaving = set(before[1]) if before else set()
    spoken_of = {row.tconst for row in said} - leaving
    fresh = [tconst for tconst in persona.likes if tconst not in spoken_of]
    # Newest first in a profile, so the favourite is written last.
    changes = [(tconst, InteractionKind.LIKE, False) for tconst in leaving]
    changes += [(tconst, InteractionKind.LIKE, True) for tconst in reversed(fresh)]
    people.set_interactions(user_id, changes)
    return len(fresh)


def take_off_persona(people: People, user_id: int) -> int:
    """Remove the likes the worn persona brought, and nothing else; count them.

    Raises
    ------
    PeopleError
        If it could not be written.
    """
    worn = _worn_likes(people.list_interactions(user_id))
    if worn is None:
        return 0
    return people.set_interactions(
        user_id, [(tconst, InteractionKind.LIKE, False) for tconst in worn[1]]
    )


def _worn_likes(interactions: Iterable[Interaction]) -> tuple[Persona, tuple[str, ...]] | None:
    """Return the worn persona and the likes it brought, the latest when there are several."""
    for tconsts in _likes_by_breath(interactions):
        for persona in PERSONAS:
            if len(tconsts) >= _FEWEST_ADDED and set(tconsts) <= set(persona.likes):
                return persona, tuple(tconsts)
    return None


def _likes_by_breath(interactions: Iterable[Interaction]) -> list[list[str]]:
    """Return the liked films in groups that were written together, the latest group first."""
    likes = [row for row in interactions if row.kind is InteractionKind.LIKE]
    groups: list[list[str]] = []
    previous = None
    for row in sorted(likes, key=lambda row: row.created_at, reverse=True):
        if previous is None or previous - row.created_at > _ONE_BREATH:
            groups.append([])
        groups[-1].append(row.tconst)
        previous = row.created_at
    return groups
