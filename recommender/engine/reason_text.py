"""Reasons in words a person would use. Nothing here ranks; it only says what the numbers say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

TERM_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "franchise": "Same series",
        "director": "Director",
        "writer": "Writer",
        "cast": "Cast",
        "people": "People",
        "circle": "Circle of film makers",
        "genre": "Genres",
        "era": "Years",
        "votes": "How widely known",
        "rating": "How well rated",
        "votes_level": "As well known as your likes",
        "rating_level": "As highly rated as your likes",
        "recency": "How recent",
        "hidden": "Like what you hid",
        "less": "Like what you asked less of",
        "gems": "Your popular or hidden-gems dial",
        "newness": "Your older or newer dial",
        "community": "People with your taste",
        "variety": "Moved up for variety",
    }
)
"""Short plain labels of the terms, for charts."""

_NOUNS = MappingProxyType(
    {
        "Film-Noir": "films noir",
        "Documentary": "documentaries",
        "Western": "westerns",
        "Musical": "musicals",
        "Thriller": "thrillers",
        "Drama": "dramas",
        "Comedy": "comedies",
        "Romance": "romances",
        "Mystery": "mysteries",
        "Adventure": "adventures",
    }
)
"""Genres that name a kind of film by themselves, the most telling first."""
_ADJECTIVES = MappingProxyType(
    {
        "Animation": "animated",
        "Biography": "biographical",
        "History": "historical",
        "Romance": "romantic",
        "Sci-Fi": "science fiction",
        "Sport": "sports",
    }
)
CARD_LENGTH = 90
_TITLE_LENGTH = 40
_MADE = MappingProxyType(
    {"director": "directed by", "writer": "written by", "cast": "with", "people": "made with"}
)


def say_shared_people(
    term: str, names: Sequence[str], titles: Sequence[str], *, most: int = 2
) -> str:
    """Return ``Because you liked Heat and Collateral: both directed by Michael Mann``.

    Of more titles than ``most`` it says how many there are.
    """
    made = f"{_MADE[term]} {listed(names, 2)}"
    if not titles:
        return _capital(made)
    many = {1: "also", 2: "both"}.get(len(titles), "all")
    return f"Because you liked {listed(titles, most)}: {many} {made}"


def say_made_like(term: str, names: Sequence[str], title: str) -> str:
    """Return ``Directed by Martin McDonagh, like In Bruges``: shorter, for a card."""
    return _capital(f"{_MADE[term]} {listed(names, 1)}, like {listed([title], 1)}")


def say_namesake(title: str) -> str:
    """Return ``Another Pinocchio, beside the one you liked``: perhaps a remake, not a sequel."""
    return f"Another {listed([title], 1)}, beside the one you liked"


def say_series(titles: Sequence[str]) -> str:
    """Return ``The same series as Alien and Aliens, which you liked``."""
    return f"The same series as {listed(titles, 2)}, which you liked"


def say_genres(genres: Sequence[str], titles: Sequence[str]) -> str:
    """Return ``Crime and Thriller, like Heat and Se7en``."""
    kind = listed(genres, 3)
    return f"{kind}, like {listed(titles, 2)}" if titles else kind


def say_kind(genres: Sequence[str]) -> str:
    """Return ``crime dramas``: films of all these genres, the plainest word last.

    Parameters
    ----------
    genres
        At least one. Drama is not said beside a kind that goes before it, and no more than two
        words stand before the noun; what is said is true of the films all the same.
    """
    noun = next((genre for genre in _NOUNS if genre in genres), "")
    if noun == "Film-Noir":
        return _NOUNS[noun]  # says dark, and crime, and mystery by itself
    rest = [genre for genre in genres if genre != noun and (genre != "Drama" or not noun)]
    before = [_ADJECTIVES.get(genre, genre.lower()) for genre in rest]
    before.sort(key=lambda word: word not in _ADJECTIVES.values())
    return " ".join([*before[:2], _NOUNS.get(noun, "films")])


def say_years(year: int, titles: Sequence[str]) -> str:
    """Return ``From 1974, near Chinatown and The Conversation``."""
    return f"From {year}, near {listed(titles, 2)}" if titles else f"From {year}"


def say_circle(titles: Sequence[str]) -> str:
    """Return ``From the same circle of film makers as Dangal and Lagaan``."""
    return f"From the same circle of film makers as {listed(titles, 2)}"


def say_community(titles: Sequence[str]) -> str:
    """Return ``People who like Heat and Se7en often like films such as this``."""
    return f"People who like {listed(titles, 2)} often like films such as this"


def say_votes(votes: int) -> str:
    """Return how many rated the film, rounded as one would say it."""
    if votes >= 1_000_000:
        return f"Widely known: {votes / 1e6:.1f} million people rated it"
    if votes >= 100_000:
        return f"Well known: {votes // 1000},000 people rated it"
    return f"{votes:,} people rated it"


def say_rating(rating: float) -> str:
    """Return ``Rated 8.3 of 10``."""
    return f"Rated {rating:.1f} of 10"


def say_held_back(title: str, names: Sequence[str], *, hidden: bool, people: bool) -> str:
    """Return what pushes the film down, and what it shares with the film behind that.

    ``Held back: you asked for less like Transformers, also made with Michael Bay``, or, when it
    shares genres only, ``also Action and Sci-Fi``.
    """
    said = f"{'you hid' if hidden else 'you asked for less like'} {listed([title], 1)}"
    shared = f", also {'made with ' if people else ''}{listed(names, 2)}" if names else ""
    return f"Held back: {said}{shared}"


def say_dial_known(*, widely: bool) -> str:
    """Return what the dial for hidden gems had to do with the film."""
    return f"You turned the dial: this film is {'well' if widely else 'little'} known"


def say_dial_year(year: int) -> str:
    """Return what the dial for newer films had to do with the film."""
    return f"You turned the dial: this film is of {year}"


def say_trend(year: int, rating: float, *, widely: bool) -> str:
    """Return ``Widely loved in 2023``, when it is both, and less when it is less."""
    if rating >= 7.0:
        return f"{'Widely loved' if widely else 'Well loved'} in {year}"
    return f"{'Widely seen' if widely else 'Among the better known'} in {year}"


def shorten_for_card(sentence: str, shorter: Sequence[str]) -> str:
    """Return the first of these that fits on a card; the last one is cut when none does."""
    for text in (sentence, *shorter):
        if len(text) <= CARD_LENGTH:
            return text
    last = (sentence, *shorter)[-1]
    return last[: CARD_LENGTH - 1].rstrip() + "…"


def listed(names: Sequence[str], most: int) -> str:
    """Return ``A``, ``A and B`` or, when there are more than shown, ``A, B and 3 more``."""
    shown = [_cut(name) for name in names[:most]]
    left = len(names) - len(shown)
    if left:
        return f"{', '.join(shown)} and {left} more"
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} and {shown[-1]}"


def _cut(name: str) -> str:
    """Return a name that fits, cut behind a word where there is one."""
    if len(name) <= _TITLE_LENGTH:
        return name
    kept = name[:_TITLE_LENGTH]
    return kept[: kept.rfind(" ") if " " in kept else -1].rstrip(" ,:;-") + "…"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
