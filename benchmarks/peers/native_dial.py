"""A dial over forty films in Streamlit's own columns: each step shows forty others."""

import os
from pathlib import Path

import streamlit as st

from recommender.catalogue import Catalogue
from recommender.tmdb import draw_poster

COLUMNS, FILMS, STEPS = 6, 40, 5


@st.cache_data
def load_films() -> list[tuple[str, str]]:
    """Return title and picture of the films with most votes."""
    with Catalogue(Path(os.environ["BENCHMARK_CATALOGUE"])) as catalogue:
        films = catalogue.list_popular(limit=FILMS * STEPS)
    return [(film.label, draw_poster(film).svg) for film in films]


st.set_page_config(layout="wide")
step = st.select_slider("How well known", range(STEPS), value=STEPS // 2)
columns = st.columns(COLUMNS)
for place, (label, svg) in enumerate(load_films()[step * FILMS : (step + 1) * FILMS]):
    with columns[place % COLUMNS]:
        st.image(svg)
        st.markdown(f"**{label}**")
