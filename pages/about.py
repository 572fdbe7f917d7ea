"""How it works: the method in plain words, the catalogue, and where things come from."""

import streamlit as st

from recommender.ui.ready import require_marquee
from recommender.ui.words import escape

marquee = require_marquee()
facts = marquee.catalogue.meta()

st.title("How it works", anchor=False)
st.markdown(
    "Marquee compares films by what is printed on their posters: who made them, who is in them, "
    "what kind they are and when they were made. It needs no other people's clicks."
)
st.header("From a heart to a recommendation", anchor=False)
st.markdown(
    f"""
1. **Your latest {marquee.settings.profile_size} likes are your taste.** Each counts by itself, so
   two tastes do not blur into one that is neither.
2. **Every film is compared with each of them**: same director, writer, leading actors, genres,
   years. A director or a lead says more than the tenth name on the bill, and a rare one more than
   a common one.
3. **How well known and how well rated it is** counts too, measured against what you like.
4. **All of it adds up.** The score is a sum, and the reason on a card is its largest personal
   part. Insights shows the whole sum.
5. **The list is then spread out**: near-copies and whole series make room, so that every taste of
   yours is in it. The two sliders on *For you* decide how far.
"""
)
st.header("The catalogue", anchor=False)
first_year, last_year = marquee.catalogue.year_range()
left, middle, right = st.columns(3)
left.metric("Films", f"{int(facts['films']):,}")
middle.metric("People", f"{int(facts['people']):,}")
right.metric("Years", f"{first_year} to {last_year}")
origin = "the bundled list" if facts["origin"] == "bundled" else escape(facts["source"])
st.caption(f"Built from {origin} on {facts['built_at'][:10]}.")
st.markdown(
    "Titles, years, genres, ratings, votes and people are facts compiled from public tables; "
    "Everything is searched and ranked on this machine."
)
st.header("Posters", anchor=False)
st.markdown(
    "The posters are drawn by Marquee itself: the genres choose shapes and colours, and the same "
    "film always gets the same sheet. No picture is fetched from anywhere."
)
