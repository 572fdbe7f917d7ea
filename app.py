"""Marquee: ``streamlit run app.py``.

Streamlit reads this file twice: once to find the server (``app``), and once a run as the script
that chooses the page.
"""

from contextlib import ExitStack

import streamlit as st

if __name__ == "__main__":
    from recommender.ui.app_layout import run_page

    run_page()
else:
    from recommender.server import (
        build_api,
        build_app_parts,
        describe_link,
        find_accounts,
        find_enrichment,
        find_image_host,
        find_marquee,
        set_up_operations,
    )
    from recommender.ui.component_code import COMPONENT_CODE
    from recommender.ui.secrets import read_secrets

    secrets = read_secrets()
    running = ExitStack()

    # The engine is imported when it is warmed up, in a thread of its own: the browser is loading
    # the page meanwhile.
    def warm_up() -> None:
        """Build or open what the first page needs."""
        from recommender.service import (  # noqa: PLC0415
            build_daily_job,
            configure,
            get_marquee,
            list_first_wall,
        )

        configure(secrets)
        marquee = get_marquee()
        marquee.prepare()
        # Everybody new sees these films first: their posters should be here before anybody.
        marquee.enrichment.fetch([film.tconst for film in list_first_wall(marquee)], wait_s=0)
        daily_job = build_daily_job(marquee)
        daily_job.start()
        running.callback(daily_job.stop)

    def close() -> None:
        """Let go of the files."""
        from recommender.service import close_marquee  # noqa: PLC0415

        running.close()
        close_marquee()

    parts = build_app_parts(
        warm_up=warm_up,
        closing=[close, set_up_operations(secrets)],
        accounts=find_accounts,
        api=build_api,
        enrichment=find_enrichment,
        marquee=find_marquee,
        image_host=find_image_host(secrets),
        front=True,
        describe=describe_link,
        code=COMPONENT_CODE,
    )
    app = st.App(
        __file__, routes=parts.routes, middleware=parts.middleware, lifespan=parts.lifespan
    )
