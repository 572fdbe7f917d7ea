"""Whether the process is there to answer, and whether it can serve people."""

from __future__ import annotations

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

_UNSTORED = {"cache-control": "no-store"}


async def answer_health(request: Request) -> Response:
    """Answer that the process is up; it says nothing of the data or the model."""
    return JSONResponse({"status": "ok"}, headers=_UNSTORED)


async def answer_readiness(request: Request) -> Response:
    """Answer 200 when films and people's data can be served, 503 until then.

    Anybody may ask, so the answer does not say why; ``doctor`` does.
    """
    if await run_sync(_is_ready):
        return JSONResponse({"status": "ready"}, headers=_UNSTORED)
    return JSONResponse(
        {"status": "not ready"}, status_code=503, headers={**_UNSTORED, "retry-after": "1"}
    )


def _is_ready() -> bool:
    # Here and not above: the engine is imported while the page loads.
    from recommender.service import get_marquee, readiness_error  # noqa: PLC0415

    return not readiness_error(get_marquee())


HEALTH_ROUTE = Route("/healthz", answer_health, methods=["GET"])
READY_ROUTE = Route("/readyz", answer_readiness, methods=["GET"])
