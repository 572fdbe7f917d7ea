"""Static files under ``/assets``: fonts, icons and component modules, with cache headers."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

ASSETS_FOLDER: Final = Path(__file__).parent / "assets"
_ASSETS: Final = "/assets"
_COMPONENTS: Final = f"{_ASSETS}/components"
_ONE_YEAR = "public, immutable, max-age=31536000"
_ICON = ASSETS_FOLDER / "pictures" / "icon-32.png"
mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("application/manifest+json", ".webmanifest")


class _CachedFiles(StaticFiles):
    """Static files cached by browsers for one year; each URL contains a hash of the content."""

    def file_response(self, *args: Any, **options: Any) -> Response:
        response = super().file_response(*args, **options)
        response.headers["cache-control"] = _ONE_YEAR
        return response


@cache
def build_asset_url(name: str) -> str:
    """Return the URL of a file in ``assets/``, with a hash of its content.

    Parameters
    ----------
    name
        Path below ``assets/``, such as ``pictures/icon.svg``.
    """
    return f"{_ASSETS}/{name}?v={_hash((ASSETS_FOLDER / name).read_bytes())}"


def build_component_url(name: str, module: bytes) -> str:
    """Return the URL of a component's JavaScript module, with a hash of its content.

    Parameters
    ----------
    name
        File name, such as ``wall.js``.
    module
        JavaScript source of the module.
    """
    return f"{_COMPONENTS}/{name}?v={_hash(module)}"


def build_static_routes(components: Mapping[str, bytes]) -> list[BaseRoute]:
    """Return the routes that serve the static files under ``/assets``.

    Parameters
    ----------
    components
        JavaScript modules of components, by file name.
    """

    async def serve_component(request: Request) -> Response:
        module = components.get(request.path_params["name"])
        if module is None:
            return Response(status_code=404)
        # In a rolling restart, a page of another version may request this: do not cache.
        is_current = request.query_params.get("v") == _hash(module)
        headers = {"cache-control": _ONE_YEAR if is_current else "no-store"}
        return Response(module, media_type="text/javascript", headers=headers)

    async def serve_icon(request: Request) -> Response:
        return FileResponse(_ICON, headers={"cache-control": "public, max-age=86400"})

    return [
        Route(f"{_COMPONENTS}/{{name}}", serve_component, methods=["GET"]),
        Route("/favicon.ico", serve_icon, methods=["GET"]),
        Route("/favicon.png", serve_icon, methods=["GET"]),
        Mount(_ASSETS, _CachedFiles(directory=ASSETS_FOLDER)),
    ]


def _hash(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=4).hexdigest()
