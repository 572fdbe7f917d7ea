"""Entry point of Marquee, started by ``streamlit run app.py``.

Streamlit imports this file once for the server object ``app``, and runs it for each page view.
"""

import streamlit as st

if __name__ == "__main__":
    from recommender.ui.app_layout import run_page

    run_page()
else:
    from recommender.server import assemble_marquee
    from recommender.ui.component_code import COMPONENT_CODE
    from recommender.ui.secrets import read_secrets

    parts = assemble_marquee(
        secrets=read_secrets(),
        components=COMPONENT_CODE,
        allowed_hosts=st.get_option("server.allowedHosts"),
    )
    app = st.App(
        __file__, routes=parts.routes, middleware=parts.middleware, lifespan=parts.lifespan
    )
