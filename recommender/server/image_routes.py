"""Routes that deliver posters after the page was rendered, and proxy TMDb images."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from recommender.errors import SettingsError
from recommender.settings import load_settings
from recommender.tmdb import PictureKind

if TYPE_CHECKING:
    from recommender.service import Enrichments

_TCONST = re.compile(r"tt\d{5,10}")
_MAX_IDS: Final = 500
_MAX_WAIT_S: Final = 1.0
_BATCH_WAIT_S: Final = 0.2
_POLL_S: Final = 0.05
_IMAGE_HEADERS = {
    "cache-control": "public, max-age=604800",
    "content-security-policy": "default-src 'none'",
    "cross-origin-resource-policy": "same-origin",
}


def build_image_routes(find_enrichment: Callable[[], Enrichments]) -> list[Route]:
    """Build the routes for posters that were still pending at render time and for proxied images.

    Parameters
    ----------
    find_enrichment
        Returns the process-wide source of posters; called in a worker thread.
    """

    async def answer_late(request: Request) -> Response:
        """Answer with the posters and texts fetched so far, and the ids of pending films.

        Page runs start the TMDb requests; this route only waits for them, up to one second.
        """
        ids = request.query_params.get("ids", "").split(",")
        if len(ids) > _MAX_IDS or not all(map(_TCONST.fullmatch, ids)):
            return JSONResponse({"error": "ids must be IMDb ids with commas"}, status_code=400)
        enrichment = await run_in_threadpool(find_enrichment)
        pending = await _wait_for_some(enrichment, set(ids))
        arrived = [tconst for tconst in ids if tconst not in pending]
        whole = request.query_params.get("whole") == "1"
        media = await run_in_threadpool(_find_media, enrichment, arrived, whole)
        return JSONResponse(
            {"looks": media, "awaited": sorted(pending)}, headers={"cache-control": "no-store"}
        )

    async def answer_image(kind: PictureKind, request: Request) -> Response:
        """Answer with a TMDb image, from the disk cache if it is cached."""
        tconst, size = request.path_params["tconst"], request.path_params["size"]
        if not _TCONST.fullmatch(tconst):
            return Response(status_code=404)
        enrichment = await run_in_threadpool(find_enrichment)
        image = await run_in_threadpool(enrichment.fetch_picture, kind, tconst, size)
        if image is None:
            return Response(status_code=404, headers={"cache-control": "no-store"})
        return Response(image.body, media_type=image.media_type, headers=_IMAGE_HEADERS)

    return [
        Route("/posters/late", answer_late, methods=["GET"]),
        *(
            Route(f"/{kind}/{{tconst}}/{{size}}", partial(answer_image, kind), methods=["GET"])
            for kind in PictureKind
        ),
    ]


async def _wait_for_some(enrichment: Enrichments, ids: set[str]) -> set[str]:
    """Wait up to one second until media of some films arrive; return the ids still pending."""
    started = time.monotonic()
    first = pending = enrichment.pending(ids)
    while pending and (elapsed := time.monotonic() - started) < _MAX_WAIT_S:
        if len(pending) < len(first) and elapsed >= _BATCH_WAIT_S:
            break
        await asyncio.sleep(_POLL_S)
        pending = enrichment.pending(ids)
    return pending


def _find_media(enrichment: Enrichments, ids: list[str], whole: bool) -> dict[str, object]:
    from recommender.service import build_media_payload  # noqa: PLC0415 - imports the engine

    if whole:
        films = (enrichment.find_film(tconst) for tconst in ids[:1])
        found = {film.tconst: film for film in films if film is not None}
    else:
        found = enrichment.find(ids)
    return {tconst: build_media_payload(film) for tconst, film in found.items()}


def find_image_host(secrets: Mapping[str, str]) -> str:
    """Return the external host that browsers load images from; "" if Marquee proxies them.

    Parameters
    ----------
    secrets
        Settings from Streamlit's secrets, in addition to the environment.
    """
    try:
        return load_settings(secrets=secrets).image_host
    except SettingsError:
        return ""  # pages show the error
