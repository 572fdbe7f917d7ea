"""Insights: how alike likes and picks are, what makes a score, what a taste consists of."""

import pandas as pd
import streamlit as st

from recommender.charts import contribution_bars, profile_bars, similarity_heatmap
from recommender.entities import Film, Recommendation
from recommender.service import build_contribution_table, build_genre_table, build_similarity_table
from recommender.ui.cached import recommend
from recommender.ui.chart import render_chart
from recommender.ui.ready import require_marquee
from recommender.ui.visitor import load_visitor
from recommender.ui.words import escape

HEATMAP_PICKS = 14
GENRES_SHOWN = 10

marquee = require_marquee()
visitor = load_visitor()


def show_contributions(picks: tuple[Recommendation, ...]) -> None:
    st.header("Why this film", anchor=False)
    by_id = {pick.film.tconst: pick for pick in picks}
    chosen = st.selectbox(
        "Pick",
        list(by_id),
        key="pick",
        bind="query-params",
        format_func=lambda tconst: by_id[tconst].film.label,
    )
    pick = by_id[chosen]
    parts = build_contribution_table(pick.reasons)
    finding = f"{pick.film.primary_title}: {len(parts)} parts add up to a score of {pick.score:.2f}"
    about = "Bars of what each part adds to the score"
    render_chart(contribution_bars(parts), finding=finding, about=about, key="insights_parts")
    st.markdown(f"**{pick.match_percent}% match.** {escape(pick.because)}")


def show_heatmap(likes: list[Film], picks: tuple[Recommendation, ...]) -> None:
    st.header("Your likes and your picks", anchor=False)
    cells = build_similarity_table(marquee, likes, picks[:HEATMAP_PICKS])
    best = cells.iloc[int(cells["similarity"].argmax())]
    finding = f"{best['pick']} is nearest to {best['like']}: {best['similarity']:.0%} alike"
    about = f"Heatmap of {len(likes)} likes by {HEATMAP_PICKS} picks"
    render_chart(similarity_heatmap(cells), finding=finding, about=about, key="insights_heatmap")


def show_genres(likes: list[Film]) -> None:
    st.header("Your taste against everything", anchor=False)
    shares: pd.DataFrame = build_genre_table(marquee, likes).head(GENRES_SHOWN)
    lift = shares["yours"] / shares["everyone"].clip(lower=0.001)
    top = shares.iloc[int(lift.argmax())]
    finding = f"{top['genre']} is {lift.max():.1f} times as common in your likes as in all films"
    render_chart(
        profile_bars(shares), finding=finding, about="Bars by genre", key="insights_genres"
    )


st.title("Insights", anchor=False)
if visitor.problem:
    st.warning(visitor.problem)
likes = marquee.films(visitor.profile.likes[: marquee.settings.profile_size])
if not likes:
    st.markdown("Like a film or two, and this page shows what your taste is made of.")
    st.page_link("pages/home.py", label="Choose some films", icon=":material/favorite:")
else:
    picks = recommend(visitor.profile, top_n=marquee.settings.gallery_size).picks
    show_contributions(picks)
    show_heatmap(likes, picks)
    show_genres(likes)
