"""Film page: facts, cast and crew, and similar films with reasons."""

import pandas as pd
import streamlit as st

from recommender.charts import alike_bars
from recommender.entities import Film, Recommendation
from recommender.service import build_alike_rows
from recommender.ui.chart import render_chart
from recommender.ui.error_banners import render_people_error
from recommender.ui.feedback_buttons import render_feedback_buttons
from recommender.ui.formatting import escape
from recommender.ui.loading_gate import require_marquee
from recommender.ui.result_cache import explain, popular_films, similar
from recommender.ui.suggestions import render_suggestions
from recommender.ui.visitor import Visitor, load_visitor
from recommender.ui.wall import (
    Strip,
    build_feature_card,
    build_pick_card,
    render_rows,
    render_wall,
)

CHART_FILMS = 8
BRIDGE_FILMS = 12
BRIDGE_CHOICES = 200

marquee = require_marquee()


def show_nothing(visitor: Visitor) -> None:
    st.title("We can't find that film", anchor=False)
    st.markdown("The link may be incomplete, or the film has left the catalogue.")
    st.page_link("pages/search.py", label="Search for it", icon=":material/search:")
    render_suggestions(visitor)


def show_film(film: Film, visitor: Visitor) -> None:
    mine = explain(visitor.profile, film.tconst)
    card = build_feature_card(
        film,
        heading=1,
        because=mine.sentences[0] if mine else "",
        also=mine.sentences[1:] if mine else (),
        match=mine.match_percent if mine else None,
    )
    render_wall([card], visitor, key=f"film_{film.tconst}", label=film.label, variant="feature")
    render_feedback_buttons(film, visitor)


def say_finding(film: Film, picks: tuple[Recommendation, ...]) -> str:
    first = picks[0]
    strongest = max(first.reasons, key=lambda reason: reason.contribution)
    shared = ", ".join(strongest.shared[:2])
    nearest = f"Closest: {first.film.label}"
    return f"{nearest} ({shared})" if shared else nearest


def show_similar(film: Film, visitor: Visitor) -> None:
    picks = similar(film.tconst)
    title = "More like this"
    cards = [build_pick_card(pick, show_match=False) for pick in picks]
    render_rows(
        [Strip(key="similar", title=title, label=title, cards=cards)], visitor, key="film_similar"
    )
    render_chart(
        alike_bars(pd.DataFrame(build_alike_rows(picks[:CHART_FILMS]))),
        finding=say_finding(film, picks),
        about=f"Bars of what each similar film shares with {film.label}",
        key="film_alike",
        heading=True,
    )


def show_bridge(film: Film, visitor: Visitor) -> None:
    st.header("Blend with another film", anchor=False)
    liked = marquee.films(visitor.profile.likes[:BRIDGE_CHOICES])
    choices = {f.tconst: f.label for f in liked} | dict(popular_films(BRIDGE_CHOICES))
    choices.pop(film.tconst, None)
    chosen = st.selectbox(
        f"Find a film halfway between {escape(film.primary_title)} and",  # a label is Markdown
        list(choices),
        index=None,
        key="with",
        bind="query-params",
        format_func=choices.__getitem__,
        placeholder="Choose or type a film",
    )
    if chosen:
        picks = marquee.bridge(film.tconst, chosen, top_n=BRIDGE_FILMS)
        cards = [build_pick_card(pick, show_match=False) for pick in picks]
        title = f"Between {film.primary_title} and {marquee.film(chosen).primary_title}"
        render_wall(cards, visitor, key="film_bridge", label=title, variant="row")


visitor = load_visitor()
film = marquee.catalogue.find_film(st.query_params.get("tconst", "").strip())
if film is None:
    show_nothing(visitor)
else:
    st.set_page_config(page_title=f"{film.label} · Marquee")
    render_people_error(visitor.problem)
    show_film(film, visitor)
    show_similar(film, visitor)
    show_bridge(film, visitor)
