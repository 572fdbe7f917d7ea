"""What a wall asks for after it was drawn: posters that came late, and pictures by proxy."""

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
_MOST_IDS: Final = 500
_LONGEST_WAIT_S: Final = 1.0
_SOME_WAIT_S: Final = 0.2
_LOOK_EVERY_S: Final = 0.05
_PICTURE_HEADERS = {
    "cache-control": "public, max-age=604800",
    "content-security-policy": "default-src 'none'",
    "cross-origin-resource-policy": "same-origin",
}


def build_picture_routes(find_enrichment: Callable[[], Enrichments]) -> list[Route]:
    """Return the routes of late posters and of pictures by proxy.

    Parameters
    ----------
    find_enrichment
        Called when there is something to answer, so that the server starts without the engine.
    """

    async def answer_late(request: Request) -> Response:
        """Answer with what has come of the films asked for, and which may still come.

        Nothing is fetched for it: pages ask TMDb, this waits a moment for what they asked.
        """
        ids = request.query_params.get("ids", "").split(",")
        if len(ids) > _MOST_IDS or not all(map(_TCONST.fullmatch, ids)):
            return JSONResponse({"error": "ids should be IMDb's, with commas"}, status_code=400)
        enrichment = await run_in_threadpool(find_enrichment)
        awaited = await _wait_for_some(enrichment, set(ids))
        here = [tconst for tconst in ids if tconst not in awaited]
        whole = request.query_params.get("whole") == "1"
        looks = await run_in_threadpool(_find_looks, enrichment, here, whole)
        return JSONResponse(
            {"looks": looks, "awaited": sorted(awaited)}, headers={"cache-control": "no-store"}
        )

    async def answer_picture(kind: PictureKind, request: Request) -> Response:
        """Answer with a picture of TMDb's, from the disk when it has been asked for before."""
        tconst, size = request.path_params["tconst"], request.path_params["size"]
        if not _TCONST.fullmatch(tconst):
            return Response(status_code=404)
        enrichment = await run_in_threadpool(find_enrichment)
        picture = await run_in_threadpool(enrichment.fetch_picture, kind, tconst, size)
        if picture is None:
            return Response(status_code=404, headers={"cache-control": "no-store"})
        return Response(picture.body, media_type=picture.media_type, headers=_PICTURE_HEADERS)

    return [
        Route("/posters/late", answer_late, methods=["GET"]),
        *(
            Route(f"/{kind}/{{tconst}}/{{size}}", partial(answer_picture, kind), methods=["GET"])
            for kind in PictureKind
        ),
    ]


async def _wait_for_some(enrichment: Enrichments, ids: set[str]) -> set[str]:
    """Return what is still awaited after a moment in which some of it may have come."""
    begun = time.monotonic()
    first = awaited = enrichment.pending(ids)
    while awaited and (spent := time.monotonic() - begun) < _LONGEST_WAIT_S:
        if len(awaited) < len(first) and spent >= _SOME_WAIT_S:
            break
        await asyncio.sleep(_LOOK_EVERY_S)
        awaited = enrichment.pending(ids)
    return awaited


def _find_looks(enrichment: Enrichments, ids: list[str], whole: bool) -> dict[str, object]:
    from recommender.service import build_media_payload  # noqa: PLC0415 - brings the engine along

    if whole:
        films = (enrichment.find_film(tconst) for tconst in ids[:1])
        found = {film.tconst: film for film in films if film is not None}
    else:
        found = enrichment.find(ids)
    return {tconst: build_media_payload(film) for tconst, film in found.items()}


def find_enrichment() -> Enrichments:
    """Return the process's one."""
    from recommender.service import get_marquee  # noqa: PLC0415 - brings the engine along

    return get_marquee().enrichment


def find_image_host(secrets: Mapping[str, str]) -> str:
    """Return the one other host that pictures may come from; empty with the proxy.

    Parameters
    ----------
    secrets
        Beside the environment.
    """
    try:
        return load_settings(secrets=secrets).image_host
    except SettingsError:
        return ""  # pages say what is wrong
