"""Text of reasons: one function per term, each yielding the full sentence and shorter forms."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

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
"""Genres that name a kind of film by themselves, the most specific first."""
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
NAMES_IN_A_REASON: Mapping[str, int] = MappingProxyType({"people": 2, "genres": 3})
"""How many people, and how many genres, a reason names."""
VARIETY = "Moved up so that your list is varied"


@dataclass(frozen=True, kw_only=True, slots=True)
class ReasonFacts:
    """Facts for the text of a reason.

    Attributes
    ----------
    title, year, votes, rating
        Of the candidate; the rating runs from 0 to 10.
    likes
        Titles of the profile's films behind the reason, the strongest first.
    shared
        Names of people or genres shared with them.
    shares_people
        Whether ``shared`` are names of people.
    contribution
        What the term adds to the score.
    """

    title: str
    year: int
    votes: int
    rating: float
    contribution: float
    likes: Sequence[str] = ()
    shared: Sequence[str] = ()
    shares_people: bool = False


def people(verb: str) -> Callable[[ReasonFacts], Iterator[str]]:
    """Return the phrases of shared people: ``directed by`` or another verb goes before names."""

    def phrases(facts: ReasonFacts) -> Iterator[str]:
        """Yield ``Because you liked Heat and Collateral: both directed by Michael Mann``."""
        names, titles = facts.shared[: NAMES_IN_A_REASON["people"]], facts.likes
        yield _because(verb, names, titles)
        yield _because(verb, names[:1], titles)
        yield _because(verb, names[:1], titles, shown=1)
        yield _because(verb, names[:1], titles[:1])
        yield _capital(f"{verb} {join_names(names[:1], 1)}, like {join_names(titles[:1], 1)}")
        yield _capital(f"{verb} {join_names(names[:1], 1)}")

    return phrases


def _because(verb: str, names: Sequence[str], titles: Sequence[str], *, shown: int = 2) -> str:
    made = f"{verb} {join_names(names, 2)}"
    if not titles:
        return _capital(made)
    many = {1: "also", 2: "both"}.get(len(titles), "all")
    return f"Because you liked {join_names(titles, shown)}: {many} {made}"


def series(facts: ReasonFacts) -> Iterator[str]:
    """Yield ``The same series as Alien and Aliens, which you liked``; a namesake may be none."""
    if facts.title == facts.likes[0]:
        yield f"Another {join_names(facts.likes[:1], 1)}, beside the one you liked"
    else:
        yield f"The same series as {join_names(facts.likes, 2)}, which you liked"
    yield f"The same series as {join_names(facts.likes[:1], 1)}, which you liked"
    yield "The same series as a film you liked"


def genres(facts: ReasonFacts) -> Iterator[str]:
    """Yield ``Crime and Thriller, like Heat and Se7en``."""
    for titles in (facts.likes, facts.likes[:1]):
        kind = join_names(facts.shared, 3)
        yield f"{kind}, like {join_names(titles, 2)}" if titles else kind
    yield join_names(facts.shared[:2], 3)


def years(facts: ReasonFacts) -> Iterator[str]:
    """Yield ``From 1974, near Chinatown and The Conversation``."""
    yield f"From {facts.year}, near {join_names(facts.likes[:2], 2)}"
    yield "From the years of a film you liked"


def people_factors(facts: ReasonFacts) -> Iterator[str]:
    """Yield ``From the same circle of film makers as Dangal and Lagaan``."""
    yield f"From the same circle of film makers as {join_names(facts.likes[:2], 2)}"
    yield f"From the same circle of film makers as {join_names(facts.likes[:1], 2)}"
    yield "From a circle of film makers you like"


def co_likes(facts: ReasonFacts) -> Iterator[str]:
    """Yield ``People who like Heat and Se7en often like films such as this``."""
    yield f"People who like {join_names(facts.likes[:2], 2)} often like films such as this"
    yield f"People who like {join_names(facts.likes[:1], 2)} often like films such as this"
    yield "Liked by people who like the same films"


def popularity(facts: ReasonFacts) -> Iterator[str]:
    """Yield how many people rated the film, rounded."""
    if facts.votes >= 1_000_000:
        yield f"Widely known: {facts.votes / 1e6:.1f} million people rated it"
    elif facts.votes >= 100_000:
        yield f"Well known: {facts.votes // 1000},000 people rated it"
    else:
        yield f"{facts.votes:,} people rated it"


def rating(facts: ReasonFacts) -> Iterator[str]:
    """Yield ``Rated 8.3 of 10``."""
    yield f"Rated {facts.rating:.1f} of 10"


def popularity_match(facts: ReasonFacts) -> Iterator[str]:
    """Yield a sentence for a film about as well known as the likes."""
    if facts.contribution > 0:
        yield "About as well known as the films you like"


def rating_match(facts: ReasonFacts) -> Iterator[str]:
    """Yield a sentence for a film about as highly rated as the likes."""
    if facts.contribution > 0:
        yield "About as highly rated as the films you like"


def recency(facts: ReasonFacts) -> Iterator[str]:
    """Yield a sentence for a recent film."""
    if facts.contribution > 0:
        yield "A recent film"


def like_hidden(facts: ReasonFacts) -> Iterator[str]:
    """Yield ``Held back: you hid Transformers, also made with Michael Bay``."""
    yield _held_back("you hid", facts)


def like_less(facts: ReasonFacts) -> Iterator[str]:
    """Yield ``Held back: you asked for less like Transformers, also Action and Sci-Fi``."""
    yield _held_back("you asked for less like", facts)


def _held_back(did: str, facts: ReasonFacts) -> str:
    made = "made with " if facts.shares_people else ""
    shared = f", also {made}{join_names(facts.shared, 2)}" if facts.shared else ""
    return f"Held back: {did} {join_names(facts.likes[:1], 1)}{shared}"


def gems_dial(facts: ReasonFacts) -> Iterator[str]:
    """Yield what the dial for hidden gems did."""
    known = "well" if facts.votes >= 99_999 else "little"
    yield f"You turned the dial: this film is {known} known"


def newness_dial(facts: ReasonFacts) -> Iterator[str]:
    """Yield what the dial for newer films did."""
    yield f"You turned the dial: this film is of {facts.year}"


def describe_trend(year: int, rating: float, *, widely: bool) -> str:
    """Return ``Widely loved in 2023``, or less where rating or votes are lower."""
    if rating >= 7.0:
        return f"{'Widely loved' if widely else 'Well loved'} in {year}"
    return f"{'Widely seen' if widely else 'Among the better known'} in {year}"


def describe_kind(names: Sequence[str]) -> str:
    """Return ``crime dramas``: films of all these genres, the most general word last.

    Parameters
    ----------
    names
        At least one genre. Drama is left out beside another noun, and at most two words go
        before the noun.
    """
    noun = next((genre for genre in _NOUNS if genre in names), "")
    if noun == "Film-Noir":
        return _NOUNS[noun]  # implies dark, crime and mystery
    rest = [genre for genre in names if genre != noun and (genre != "Drama" or not noun)]
    before = [_ADJECTIVES.get(genre, genre.lower()) for genre in rest]
    before.sort(key=lambda word: word not in _ADJECTIVES.values())
    return " ".join([*before[:2], _NOUNS.get(noun, "films")])


def shorten_for_card(phrases: Sequence[str]) -> str:
    """Return the first phrase that fits a card; the last one is cut when none does."""
    for phrase in phrases:
        if len(phrase) <= CARD_LENGTH:
            return phrase
    return phrases[-1][: CARD_LENGTH - 1].rstrip() + "…"


def join_names(names: Sequence[str], most: int) -> str:
    """Return ``A``, ``A and B`` or, beyond ``most``, ``A, B and 3 more``."""
    shown = [_shorten(name) for name in names[:most]]
    left = len(names) - len(shown)
    if left:
        return f"{', '.join(shown)} and {left} more"
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} and {shown[-1]}"


def _shorten(name: str) -> str:
    """Return a name that fits, cut after a word where possible."""
    if len(name) <= _TITLE_LENGTH:
        return name
    kept = name[:_TITLE_LENGTH]
    return kept[: kept.rfind(" ") if " " in kept else -1].rstrip(" ,:;-") + "…"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
