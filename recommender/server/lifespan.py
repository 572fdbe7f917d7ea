"""Startup and shutdown of the server process."""

from __future__ import annotations

import gc
import logging
import threading
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from typing import Any

Lifespan = Callable[[Any], AbstractAsyncContextManager[dict[str, Any] | None]]

_LOGGER = logging.getLogger(__name__)


def build_lifespan(
    *, warm_up: Callable[[], None], closing: Sequence[Callable[[], None]] = ()
) -> Lifespan:
    """Build the lifespan hook of ``st.App``: warm-up at startup, cleanup at shutdown.

    Parameters
    ----------
    warm_up
        Function that loads the data of the first page. It runs in a background thread, so that
        the port answers at once. If it fails, the error is logged and pages load the data.
    closing
        Functions called in order when the server stops. A failure is logged.
    """

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[dict[str, Any] | None]:
        threading.Thread(target=_run_warm_up, args=(warm_up,), name="warm-up", daemon=True).start()
        try:
            yield None
        finally:
            for close in closing:
                try:
                    close()
                except Exception:
                    _LOGGER.exception("Closing failed.")

    return lifespan


class MarqueeLifecycle:
    """Startup and shutdown of the process-wide `Marquee` instance.

    Parameters
    ----------
    secrets
        Settings from Streamlit's secrets, in addition to the environment.
    """

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._secrets = secrets
        self._running = ExitStack()

    def warm_up(self) -> None:
        """Load the catalogue and the model, prefetch posters, and start the daily job."""
        # Importing the engine takes a second; the port answers meanwhile.
        from recommender.service import (  # noqa: PLC0415
            build_daily_job,
            configure,
            get_marquee,
            list_first_wall,
        )

        configure(self._secrets)
        marquee = get_marquee()
        marquee.prepare()
        marquee.enrichment.fetch([film.tconst for film in list_first_wall(marquee)], wait_s=0)
        daily_job = build_daily_job(marquee)
        daily_job.start()
        self._running.callback(daily_job.stop)

    def close(self) -> None:
        """Stop the daily job and close all data files of `Marquee`."""
        from recommender.service import close_marquee  # noqa: PLC0415 - imports the engine

        self._running.close()
        close_marquee()


def _run_warm_up(warm_up: Callable[[], None]) -> None:
    try:
        warm_up()
    except Exception:
        _LOGGER.exception("Warming up failed; pages will try again when they are opened.")
        return
    # The catalogue and the model live as long as the process: exclude them from collection.
    gc.collect()
    gc.freeze()
