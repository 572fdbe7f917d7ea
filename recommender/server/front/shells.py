"""The outline of a page, shown until the page is there: with its first posters, where known."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from recommender.entities import Film

_BLANKS: Final = f'<div class="posters">{"<i></i>" * 14}</div>'
_LINES: Final = f'<div class="lines">{"<i></i>" * 5}</div>'
_KINDS: Final[dict[str, str]] = {
    "": f"<b></b>{_BLANKS}",
    "film": f'<i class="large"></i>{_BLANKS}',
    "insights": '<b></b><i class="block"></i>',
    "about": f"<b></b>{_LINES}{_LINES}",
    "account": f"<b></b>{_LINES}",
}
_ABOVE: Final[dict[str, str]] = {
    "": '<div class="title">Films you will like, and why</div><i class="say"></i>'
    f'<i class="say ask"></i><div class="pills">{"<i></i>" * 7}</div><i class="bar"></i>',
    "search": '<div class="title">Search</div><i class="box"></i>'
    f'<div class="pills">{"<i></i>" * 3}</div><i class="count"></i>',
}
"""What stands over a first wall, each with the height of what comes in its place (shell.css)."""


def draw_shell(page: str, *, logo: str, films: Sequence[Film] = ()) -> str:
    """Return the outline of a page as HTML; nothing in it is read out or gets the focus.

    Parameters
    ----------
    page
        Its address, without the slash.
    logo
        Address of the wordmark.
    films
        What it will show first, where that is known already.
    """
    inside = _draw_sight(page, films) if films else _KINDS.get(page, _KINDS[""])
    kind = ' class="sight"' if films else ""
    return (
        f'<div id="shell" aria-hidden="true"{kind}>'
        f'<header><img src="{logo}" alt="" width="148" height="32">{"<i></i>" * 6}</header>'
        f'<main class="{page or "home"}">{inside}</main>'
        "<p>This takes longer than it should. Is the server still running?</p>"
        "</div>"
    )


def _draw_sight(page: str, films: Sequence[Film]) -> str:
    if page == "film":
        return f'<div class="large">{_draw_poster(films[0])}</div>{_BLANKS}'
    wall = "".join(
        f'<a href="film?tconst={film.tconst}" tabindex="-1">{_draw_poster(film)}'
        f"<b>{escape(film.primary_title)}</b><small>{_say_facts(film)}</small></a>"
        for film in films
    )
    return f'{_ABOVE[page]}<div class="posters">{wall}</div>'


def _say_facts(film: Film) -> str:
    return f"{film.start_year}  ·  ★ {film.average_rating:.1f}"


def _draw_poster(film: Film) -> str:
    """Return the drawn poster as the wall makes it; its picture is ours and needs no escape."""
    from recommender.tmdb import draw_poster  # noqa: PLC0415 - not before the port answers

    art = draw_poster(film)
    by = film.directors[0] if film.directors else str(film.start_year)
    return (
        f'<span class="poster" style="--ground:{art.ground};--ink:{art.ink}">{art.svg}'
        f'<span class="lettering {art.title_zone}">'
        f'<b style="font-size:{art.title_size}cqw">{escape(film.primary_title)}</b>'
        f"<i>{escape(by)}</i></span></span>"
    )
