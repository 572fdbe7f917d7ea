"""Marquee: ``streamlit run app.py``.

Streamlit reads this file twice: once to find the server (``app``), and once a run as the script
that chooses the page.
"""

import streamlit as st

if __name__ == "__main__":
    from recommender.ui.frame import run_page

    run_page()
else:
    from recommender.server import build_app_parts
    from recommender.service import close_marquee, get_marquee

    parts = build_app_parts(warm_up=lambda: get_marquee().prepare(), closing=[close_marquee])
    app = st.App(
        __file__, routes=parts.routes, middleware=parts.middleware, lifespan=parts.lifespan
    )
