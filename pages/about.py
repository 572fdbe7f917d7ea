"""Page "How it works": the method in plain words, quality, catalogue and data sources."""

import streamlit as st

from recommender.charts import reliability_line
from recommender.service import load_quality, load_reliability
from recommender.ui.chart import render_chart
from recommender.ui.formatting import escape
from recommender.ui.imdb_import import render_import
from recommender.ui.loading_gate import require_marquee
from recommender.ui.posters import render_status
from recommender.ui.table import render_table

marquee = require_marquee()
facts = marquee.catalogue.meta()

st.title("How it works", anchor=False)
st.markdown(
    "Marquee compares films by what is printed on their posters: who made them, who is in them, "
    "what kind they are and when they were made. How much each of these counts was learned once, "
    "from public ratings, so it works from the first visitor on."
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
   yours is in it. The dials on *For you* decide how far.
"""
)


def show_quality() -> None:
    quality = load_quality(marquee.settings)
    if quality is None:
        return
    st.header("How good it is", anchor=False)
    facts = quality.facts
    st.markdown(
        f"Tested on {facts['people']:,} people who rated films elsewhere (MovieLens). Their latest "
        "likes were hidden, and each method had to find them from the earlier likes, for people "
        f"it had never met. It could show 20 of {facts['films']:,} films."
    )
    table = quality.table
    rows = [
        [str(name), *map(str, row)] for name, row in zip(table.index, table.values, strict=True)
    ]
    head = [str(table.index.name), *table.columns]
    render_table(head, rows, label="How good each way of recommending is")
    st.caption(
        "Higher is better in every column. NDCG@10 counts what is found near the top for more. "
        "The lesser known are films beyond the thousand with most votes. The table comes from "
        "`python -m recommender evaluate`; docs/cli.md says how to make it again. MovieLens: "
        "F. Maxwell Harper and Joseph A. Konstan, 2015, https://doi.org/10.1145/2827872."
    )


def show_reliability() -> None:
    tenths = load_reliability()
    if tenths.empty:
        return
    st.header("What a match means", anchor=False)
    st.markdown(
        "Of films shown at 60%, about six in ten were liked by the people who watched them "
        "(tested on people the model had never met)."
    )
    worst = (tenths["promised"] - tenths["liked"]).abs().max()
    render_chart(
        reliability_line(tenths),
        finding=f"Predicted and actual likes differ by at most {worst:.0f} points",
        about="Line of films liked against the match promised, beside the diagonal",
        key="about_reliability",
    )


show_quality()
show_reliability()
st.header("The catalogue", anchor=False)
first_year, last_year = marquee.catalogue.year_range()
left, middle, right = st.columns(3)
left.metric("Films", f"{int(facts['films']):,}")
middle.metric("People", f"{int(facts['people']):,}")
right.metric("Years", f"{first_year} to {last_year}")
origin = "the bundled list" if facts["origin"] == "bundled" else escape(facts["source"])
st.caption(f"Built from {origin} on {facts['built_at'][:10]}.")
st.markdown(
    "Titles, years, genres, ratings, votes and people are facts compiled from public tables. "
    "Everything is searched and ranked on this machine."
)
render_import(marquee.settings)
st.header("Posters and overviews", anchor=False)
render_status()
