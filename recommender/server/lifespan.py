"""What happens when the server starts and when it stops."""

from __future__ import annotations

import gc
import logging
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

Lifespan = Callable[[Any], AbstractAsyncContextManager[dict[str, Any] | None]]

_LOGGER = logging.getLogger(__name__)


def build_lifespan(
    *, warm_up: Callable[[], None], closing: Sequence[Callable[[], None]] = ()
) -> Lifespan:
    """Return the hook that ``st.App`` runs around the server's life.

    Parameters
    ----------
    warm_up
        Builds and loads what the first page needs. It runs in a thread of its own, so the port
        answers at once; when it fails, that is logged, and pages try again for themselves.
    closing
        Called one after the other at the end; one that fails does not stop the next.
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
                    _LOGGER.exception("Something could not be closed cleanly.")

    return lifespan


def _run_warm_up(warm_up: Callable[[], None]) -> None:
    try:
        warm_up()
    except Exception:
        _LOGGER.exception("Warming up failed; pages will try again when they are opened.")
        return
    # The catalogue and the model live as long as the process; the collector may skip them.
    gc.collect()
    gc.freeze()
