"""Whether the process is there to answer."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


async def answer_health(request: Request) -> Response:
    """Answer that the process is up; it says nothing of the data or the model."""
    return JSONResponse({"status": "ok"}, headers={"cache-control": "no-store"})


HEALTH_ROUTE = Route("/healthz", answer_health, methods=["GET"])
