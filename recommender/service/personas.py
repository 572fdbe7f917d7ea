"""Demo personas: made-up people with a clear taste, whose likes can be tried on.

The likes of a persona carry its key as their source, so removing it never touches a user's own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from recommender.entities import Interaction, InteractionKind
from recommender.users import People

_SOURCE = "persona:"


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


def find_applied_persona(interactions: Iterable[Interaction]) -> Persona | None:
    """Return the persona applied to a profile; None without one.

    Parameters
    ----------
    interactions
        All interactions of the user, in any order.
    """
    sources = {row.source for row in interactions}
    return next((p for p in PERSONAS if f"{_SOURCE}{p.key}" in sources), None)


def apply_persona(people: People, user_id: int, persona: Persona) -> int:
    """Add a persona's likes to a profile, in place of another persona's; return how many.

    Films with an interaction of the user's own keep it.

    Parameters
    ----------
    people
        The store of user data.
    user_id
        The user.
    persona
        The persona to apply.

    Raises
    ------
    PeopleError
        If it could not be written.
    """
    remove_persona(people, user_id)
    own = {row.tconst for row in people.list_interactions(user_id)}
    added = [tconst for tconst in persona.likes if tconst not in own]
    # A profile is newest first, so the favourite is written last.
    people.set_interactions(
        user_id,
        [(tconst, InteractionKind.LIKE, True) for tconst in reversed(added)],
        source=f"{_SOURCE}{persona.key}",
    )
    return len(added)


def remove_persona(people: People, user_id: int) -> int:
    """Remove the likes that a persona added, and nothing else; return how many.

    Raises
    ------
    PeopleError
        If it could not be written.
    """
    sources = {row.source for row in people.list_interactions(user_id)}
    return sum(
        people.remove_source(user_id, source) for source in sources if source.startswith(_SOURCE)
    )
