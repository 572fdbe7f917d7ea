"""What is around every page: navigation, name, width, and where the facts come from."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_ASSETS = Path(__file__).parent / "assets"
_STYLE = (_ASSETS / "frame.css").read_text(encoding="utf-8")
_LOGO = str(_ASSETS / "marquee.svg")
_ICON = str(_ASSETS / "icon.png")


def run_page() -> None:
    """Run the page the address names, inside the frame."""
    page = st.navigation(
        [
            st.Page("pages/home.py", title="Home", default=True),
            st.Page("pages/search.py", title="Search"),
            st.Page("pages/for_you.py", title="For you"),
            st.Page("pages/film.py", title="Film", visibility="hidden"),
            st.Page("pages/library.py", title="My films"),
            st.Page("pages/insights.py", title="Insights"),
            st.Page("pages/about.py", title="How it works"),
        ],
        position="top",
    )
    name = "Marquee" if page.title == "Home" else f"{page.title} · Marquee"
    st.set_page_config(page_title=name, page_icon=_ICON, layout="wide")
    st.html(f"<style>{_STYLE}</style>")
    st.logo(_LOGO, size="large", link=None)
    page.run()
    st.caption(
        "Information courtesy of IMDb (https://www.imdb.com). Used with permission. "
        "For personal, non-commercial use."
    )
