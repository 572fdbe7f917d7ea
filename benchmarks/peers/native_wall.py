"""A wall of 40 films as most public Streamlit apps build it: columns, pictures and buttons."""

import os
from pathlib import Path

import streamlit as st

from recommender.catalogue import Catalogue
from recommender.tmdb import draw_poster

COLUMNS = 6


@st.cache_data
def load_films() -> list[tuple[str, str, str, str]]:
    """Return tconst, title, genres and picture of the films with most votes."""
    with Catalogue(Path(os.environ["BENCHMARK_CATALOGUE"])) as catalogue:
        films = catalogue.list_popular(limit=40)
    return [(f.tconst, f.label, ", ".join(f.genres), draw_poster(f).svg) for f in films]


def toggle(tconst: str) -> None:
    """Like a film, or take it back."""
    st.session_state.likes ^= {tconst}


st.set_page_config(layout="wide")
st.session_state.setdefault("likes", set())
st.title("Films")
columns = st.columns(COLUMNS)
for place, (tconst, label, genres, svg) in enumerate(load_films()):
    with columns[place % COLUMNS]:
        st.image(svg)
        st.markdown(f"**{label}**")
        st.caption(genres)
        heart = "♥" if tconst in st.session_state.likes else "♡"
        st.button(heart, key=tconst, on_click=toggle, args=(tconst,))
