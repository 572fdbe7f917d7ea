"""What only a person may ask: who they are, what they said of films, what is recommended."""

from __future__ import annotations

from functools import lru_cache

from recommender.engine import Dials, ItemFilter
from recommender.entities import Profile, Recommendation
from recommender.server.api.answers import FilmMarks, Me, Said, SaidPage
from recommender.server.api.asked import (
    InteractionBody,
    InteractionsQuery,
    Nothing,
    RecommendationsQuery,
)
from recommender.server.api.cards import build_recommended
from recommender.server.api.films import match_genres
from recommender.server.api.operation import Answer, Desk
from recommender.server.api.problems import Problem, ProblemKind
from recommender.service import Marquee

COLD_START_HEADER = "cold-start"
_KEPT = 128
"""Programs ask again and again; one list takes some 50 KB."""


def show_me(desk: Desk, asked: Nothing) -> Answer:
    """Return who asks."""
    marquee, person = desk.marquee, desk.person
    return Answer(
        Me(
            name=person.name,
            is_guest=person.is_guest,
            counts=marquee.people.counts(person.user_id),
            enough_likes=marquee.settings.enough_likes,
            cold_start=not marquee.knows_taste(marquee.profile(person.user_id)),
        )
    )


def recommend_films(desk: Desk, asked: RecommendationsQuery) -> Answer:
    """Return what is recommended to who asks, however little is known of them."""
    marquee = desk.marquee
    profile = marquee.profile(desk.person.user_id)
    picks = _recommend(
        marquee,
        profile,
        Dials(hidden_gems=asked.hidden_gems, diversity=asked.diversity, newness=asked.newness),
        ItemFilter(
            genres=match_genres(marquee.catalogue, asked.genre),
            year_from=asked.year_from,
            year_to=asked.year_to,
        ),
        top_n=asked.limit,
        edition=marquee.model_edition,
    )
    cold = not marquee.knows_taste(profile)
    return Answer(build_recommended(marquee, picks), {COLD_START_HEADER: str(cold).lower()})


@lru_cache(maxsize=_KEPT)
def _recommend(
    marquee: Marquee,
    profile: Profile,
    dials: Dials,
    filters: ItemFilter,
    *,
    top_n: int,
    edition: str,
) -> tuple[Recommendation, ...]:
    """Return recommendations, remembered until the likes or the model change."""
    return tuple(marquee.recommend(profile, top_n=top_n, dials=dials, filters=filters))


def list_interactions(desk: Desk, asked: InteractionsQuery) -> Answer:
    """Return a page of what who asks said of films, newest first."""
    said = desk.marquee.people.list_interactions(desk.person.user_id, asked.kind)
    page = said[asked.offset : asked.offset + asked.limit]
    films = {film.tconst: film for film in desk.marquee.films([row.tconst for row in page])}
    return Answer(
        SaidPage(
            total=len(said),
            offset=asked.offset,
            interactions=[
                Said(
                    tconst=row.tconst,
                    kind=row.kind,
                    created_at=row.created_at,
                    primary_title=film.primary_title if film else None,
                    start_year=film.start_year if film else None,
                )
                for row in page
                for film in [films.get(row.tconst)]
            ],
        )
    )


def save_interaction(desk: Desk, asked: InteractionBody) -> Answer:
    """Write down what who asks says of a film.

    Raises
    ------
    Problem
        If the catalogue does not hold it.
    """
    if desk.marquee.unknown([asked.tconst]):
        detail = f"There is no film {asked.tconst!r} in the catalogue."
        raise Problem(ProblemKind.UNKNOWN_FILM, detail)
    return _set(desk, asked, on=True)


def delete_interaction(desk: Desk, asked: InteractionBody) -> Answer:
    """Take back what who asks said of a film; one the catalogue has no more can be, too."""
    return _set(desk, asked, on=False)


def _set(desk: Desk, asked: InteractionBody, *, on: bool) -> Answer:
    people, user_id = desk.marquee.people, desk.person.user_id
    changed = people.set_interaction(user_id, asked.tconst, asked.kind, on=on)
    kinds = people.kinds_by_film(user_id).get(asked.tconst, frozenset())
    return Answer(FilmMarks(tconst=asked.tconst, kinds=sorted(kinds), changed=changed))
