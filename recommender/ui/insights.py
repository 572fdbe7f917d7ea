"""Sections of the Insights page; each computes its data and renders a finding and a chart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import pandas as pd
import streamlit as st

from recommender import charts
from recommender.entities import Film, Profile, Recommendation
from recommender.service import (
    DEPTH,
    LIKE,
    NEAR,
    PICK,
    Changes,
    TasteMap,
    build_contribution_table,
    build_decade_table,
    build_genre_table,
    build_length_table,
    build_people_table,
    build_similarity_table,
    build_taste_map,
    compare_ranks,
    get_marquee,
    leave_out,
)
from recommender.ui.chart import open_chosen, render_chart
from recommender.ui.formatting import escape
from recommender.ui.result_cache import cached_result, recommend
from recommender.ui.visitor import Visitor
from recommender.ui.wall import build_card, render_wall

HEATMAP_SIDE = 12
GENRES_SHOWN, GENRES_LAST, PEOPLE_SHOWN = 9, 4, 7
SURE_LIKES, SURE_SHARE = 2, 0.15
"""Minimum number and share of likes of a genre for the chart's finding to mention it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Insight:
    """Data of the Insights page: a profile, its liked films and its recommendations.

    Attributes
    ----------
    profile
        Profile of the user or of the example persona, likes newest first.
    likes
        Latest liked films, on which the recommendations are based.
    picks
        Recommendations for the profile.
    whose
        Possessive for texts: ``Your``, or ``The stargazer's`` for an example persona.
    visitor
        Current user, whose interactions the film cards show.
    """

    profile: Profile
    likes: tuple[Film, ...]
    picks: tuple[Recommendation, ...]
    whose: str
    visitor: Visitor


def show_map(insight: Insight) -> None:
    """Render the taste map, and a row with the films of the selected group."""
    taste_map = _taste_map(insight.profile)
    corners = taste_map.corners
    names = corners["corner"].tolist()
    finding = _describe_groups(insight.whose, names)
    chart = charts.taste_map(taste_map.films, taste_map.outlines, corners, roles=(LIKE, PICK, NEAR))
    about = f"Map of {len(taste_map.films)} films; films close together are alike"
    render_chart(
        chart, finding=finding, about=about, key="insights_map", heading=True, opens="tconst"
    )
    st.caption(
        "Films lie near each other when they share people, genres, years and audience. "
        "Only distance counts; up and down mean nothing. Click a film to open it."
    )
    labels = {
        film["tconst"]: ", ".join(filter(None, (film["film"], film["note"])))
        for film in taste_map.films.to_dict("records")
    }
    open_chosen("Find a film on the map", labels, key="insights_map_film")
    if not names:
        return
    chosen = st.pills(
        "Films in this group",
        names,
        default=names[0],
        required=True,
        key="corner",
        bind="query-params",
    )
    row = corners[corners["corner"] == chosen].iloc[0]
    st.caption(f"{escape(chosen)}: {row['says']} in this group.")
    order = dict(zip(taste_map.films["tconst"], taste_map.films["role"], strict=True))
    ids = sorted(row["tconsts"], key=lambda tconst: (LIKE, PICK, NEAR).index(order[tconst]))
    cards = [build_card(film) for film in get_marquee().films(ids)]
    render_wall(
        cards, insight.visitor, key="insights_corner", label=f"Group: {chosen}", variant="row"
    )


def show_heatmap(insight: Insight) -> None:
    """Render a heatmap of the similarity of likes and recommendations."""
    likes, picks = insight.likes[:HEATMAP_SIDE], insight.picks[:HEATMAP_SIDE]
    cells = build_similarity_table(get_marquee(), likes, picks)
    best = cells.iloc[int(cells["similarity"].argmax())]
    finding = f"Closest pair: {best['pick']} and {best['like']} ({best['similarity']:.0%} alike)"
    about = f"Heatmap of {len(likes)} likes by {len(picks)} picks"
    render_chart(
        charts.similarity_heatmap(cells),
        finding=finding,
        about=about,
        key="insights_heatmap",
        heading=True,
        opens="tconst",
    )
    st.caption("Point at a square to see what two films share. Click it to open the pick.")
    nearest = cells.sort_values("similarity", ascending=False).drop_duplicates("tconst")
    labels = {
        cell["tconst"]: f"{cell['pick']} and {cell['like']}, {cell['similarity']:.0%} alike: "
        + ", ".join(part for part in (cell["people"], cell["genres"]) if part != "none")
        for cell in nearest.to_dict("records")
    }
    open_chosen("Open a pick, beside the like it is nearest to", labels, key="insights_pair")


def show_contributions(insight: Insight) -> None:
    """Render a waterfall chart of the score terms of a selected recommendation."""
    by_id = {pick.film.tconst: pick for pick in insight.picks}
    chosen = st.selectbox(
        "Pick",
        list(by_id),
        key="pick",
        bind="query-params",
        format_func=lambda tconst: by_id[tconst].film.label,
    )
    pick = by_id[chosen]
    parts = build_contribution_table(pick.reasons)
    most = parts.iloc[0]
    finding = (
        f"{pick.film.primary_title} scores {pick.score:.2f}, most of it from "
        f"{most['label'].lower()}"
    )
    about = "Bars from nothing to the score, one for each part, " + ", ".join(
        f"{label} {value:+.2f}"
        for label, value in zip(parts["label"], parts["contribution"], strict=True)
    )
    render_chart(
        charts.contribution_bars(parts),
        finding=finding,
        about=about,
        key="insights_parts",
        heading=True,
    )
    reasons = "\n".join(f"- {escape(text)}" for text in parts["text"] if text)
    st.markdown(f"**{pick.match_percent}% match**\n\n{reasons}")


def show_profile(insight: Insight) -> None:
    """Render charts that compare the user's likes with the whole catalogue."""
    marquee = get_marquee()
    likes = marquee.films(insight.profile.likes)
    genres = build_genre_table(marquee, likes)
    sure = (genres["likes"] >= SURE_LIKES) & (genres["yours"] >= SURE_SHARE)
    top = (genres[sure] if sure.any() else genres).iloc[0]
    shown = genres.drop(index=genres.index[GENRES_SHOWN:-GENRES_LAST])
    render_chart(
        charts.lift_bars(shown),
        finding=f"{top['genre']} is {top['lift']:.1f} times as common in "
        f"{_within(insight.whose)} likes as in all films",
        about="Bars by genre, from as common as in all films to the right for more common",
        key="insights_genres",
        heading=True,
    )
    left, right = st.columns(2, gap="large")
    with left:
        decades = build_decade_table(marquee, likes)
        render_chart(
            charts.share_bars(decades, what="Decade"),
            finding=_describe_largest(decades, "are from the"),
            about="Bars by decade",
            key="insights_decades",
        )
        _show_people(likes, "director")
    with right:
        lengths = build_length_table(marquee, likes)
        render_chart(
            charts.share_bars(lengths, what="Length"),
            finding=_describe_largest(lengths, "run"),
            about="Bars by length",
            key="insights_lengths",
        )
        _show_people(likes, "cast")


@st.fragment
def show_what_if(insight: Insight) -> None:
    """Render a slope chart of how the recommendations change without selected likes."""
    titles = {film.tconst: film.primary_title for film in insight.likes}
    st.markdown("**Switch off a like and watch the picks change.**")
    without = st.pills(
        "Leave out",
        list(titles),
        selection_mode="multi",
        default=[insight.likes[0].tconst],
        key="without",
        bind="query-params",
        format_func=lambda tconst: escape(titles[tconst]),
    )
    st.button("Restore all", icon=":material/undo:", on_click=_restore_all, disabled=not without)
    if not without:
        st.markdown("All likes count. Switch one off above to see what it is worth.")
        return
    changes = _changes(insight.profile, tuple(without), left_out=_list_titles(titles, without))
    render_chart(
        charts.rank_slope(changes.table, before="Now", after="Without"),
        finding=changes.finding,
        about=f"Lines from the rank of {len(changes.table)} films now to their rank without",
        key="insights_slope",
        heading=True,
    )


SECTIONS: Mapping[str, Callable[[Insight], None]] = MappingProxyType(
    {
        "Map": show_map,
        "Likes and picks": show_heatmap,
        "One score": show_contributions,
        "Profile": show_profile,
        "What if": show_what_if,
    }
)
"""Section functions by tab name; only the open tab is computed."""


def _show_people(likes: Sequence[Film], part: Literal["director", "cast"]) -> None:
    people = build_people_table(get_marquee(), likes, part=part)
    people = people[people["likes"] > 1].head(PEOPLE_SHOWN)
    who, does = ("director", "made") if part == "director" else ("actor", "played in")
    if people.empty:
        st.markdown(f"**No {who} is in two of the likes yet**")
        return
    first, most = people["person"].iloc[0], people["likes"].iloc[0]
    more = int((people["likes"] == most).sum()) - 1
    names = f"{first} and {more} more each" if more else first
    render_chart(
        charts.people_bars(people),
        finding=f"{names} {does} {most} of {len(likes)} likes",
        about=f"Bars of likes by {who}; a click searches for their films",
        key=f"insights_{part}",
        opens="person",
    )


@cached_result(max_entries=64)
def _taste_map(profile: Profile) -> TasteMap:
    marquee = get_marquee()
    likes = marquee.films(profile.likes[: marquee.settings.profile_size])
    picks = recommend(profile, top_n=marquee.settings.gallery_size)
    return build_taste_map(marquee, likes, picks)


def _changes(profile: Profile, without: tuple[str, ...], *, left_out: str) -> Changes:
    before = recommend(profile, top_n=DEPTH)
    after = recommend(leave_out(profile, without), top_n=DEPTH)
    return compare_ranks(before, after, left_out=left_out)


def _restore_all() -> None:
    st.session_state["without"] = []


def _within(whose: str) -> str:
    """Return the possessive in lower case, for use inside a sentence, such as ``your``."""
    return whose[:1].lower() + whose[1:]


def _describe_groups(whose: str, names: Sequence[str]) -> str:
    if not names:
        return f"{whose} taste is too varied for groups with a name"
    if len(names) == 1:
        return f"{whose} taste has one group: {names[0]}"
    listed = ", ".join(names[:3]) if len(names) > 3 else ", ".join(names[:-1])
    last = f"and {len(names) - 3} more" if len(names) > 3 else f"and {names[-1]}"
    return f"{whose} taste has {len(names)} groups: {listed} {last}"


def _describe_largest(shares: pd.DataFrame, does: str) -> str:
    most = shares.iloc[int((shares["yours"] - shares["everyone"]).argmax())]
    mine, theirs = f"{most['yours']:.0%}", f"{most['everyone']:.0%}"
    return f"{mine} of the likes {does} {most['kind']}, of all films {theirs}"


def _list_titles(titles: Mapping[str, str], chosen: Sequence[str]) -> str:
    names = [titles[tconst] for tconst in chosen]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
