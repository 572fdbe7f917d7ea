"""FastAPI application of the API: routers, OpenAPI document and documentation page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi import Depends, FastAPI, Response
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles
from jinja2 import Template
from starlette.types import Receive, Scope, Send

from recommender import __version__
from recommender.server.api import films, users
from recommender.server.api.dependencies import (
    SECURITY_SCHEMES,
    RateLimiter,
    find_caller,
    require_user,
)
from recommender.server.api.errors import (
    ProblemDetails,
    ProblemKind,
    add_exception_handlers,
    describe_problems,
)
from recommender.server.security import hash_inline_scripts
from recommender.service import Marquee

DOCUMENT_PATH = "/api/openapi.json"
DOCS_PATH = "/api/docs"
_DESCRIPTION = (
    "What the pages of Marquee show, for other programs. Errors are problem details (RFC 9457). "
    "Film facts: information courtesy of IMDb (https://www.imdb.com), used with permission, for "
    "personal and non-commercial use. Posters and overviews: this product uses the TMDB API but is "
    "not endorsed or certified by TMDB."
)
_CACHED = {"cache-control": "public, max-age=300"}
_COMMON_PROBLEMS = (
    *(ProblemKind.UNREADABLE, ProblemKind.INVALID, ProblemKind.TOO_MANY),
    *(ProblemKind.FAILURE, ProblemKind.NOT_READY),
)
_TEMPLATE = Path(__file__).parents[1] / "templates" / "api_docs.html"


class Api(FastAPI):
    """FastAPI app with problem details in the OpenAPI document, and HEAD for every GET route."""

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document, with the schema of problem details added."""
        if self.openapi_schema is None:
            document = super().openapi()
            problem = ProblemDetails.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas = document["components"]["schemas"]
            schemas |= {**problem.pop("$defs"), "ProblemDetails": problem}
            for methods in document["paths"].values():
                for operation in methods.values():
                    for parameter in operation.get("parameters", ()):
                        schema = parameter[
                            "schema"
                        ]  # a client omits the parameter instead of sending null
                        schema |= schema.pop("anyOf", [{}])[0]
        return super().openapi()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; run HEAD as GET, as the web server drops the response body."""
        if scope["type"] == "http" and scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}
        await super().__call__(scope, receive, send)


def build_application(find_marquee: Callable[[], Marquee], *, per_minute: int) -> FastAPI:
    """Build the API; limit each user, or network without user, to ``per_minute`` requests."""
    app = Api(
        title="Marquee",
        version=__version__,
        description=_DESCRIPTION,
        servers=[{"url": "/"}],
        openapi_tags=[{"name": "You"}, {"name": "Films"}],
        openapi_url=None,  # served below with other headers
        redirect_slashes=False,
        generate_unique_id_function=_name_operation,
        responses=describe_problems(*_COMMON_PROBLEMS),
    )
    app.state.find_marquee = find_marquee
    app.state.limiter = RateLimiter(per_minute)
    add_exception_handlers(app)
    app.include_router(users.login_router, prefix="/api", dependencies=[Depends(find_caller)])
    needs_user: Any = {
        "dependencies": [*SECURITY_SCHEMES, Depends(require_user)],
        "responses": describe_problems(ProblemKind.NO_CREDENTIALS),
    }
    app.include_router(users.account_router, prefix="/api", **needs_user)
    app.include_router(users.router, prefix="/api", **needs_user)
    app.include_router(users.router, **needs_user)
    app.include_router(films.router, prefix="/api", dependencies=[Depends(find_caller)])
    page = render_docs_page()
    policy = (
        f"default-src 'none'; script-src 'self' '{hash_inline_scripts(page)[0]}'; style-src 'self' "
        "'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'self'"
    )

    @app.get(DOCUMENT_PATH, include_in_schema=False)
    async def show_document() -> Response:
        return JSONResponse(app.openapi(), headers=_CACHED)

    @app.get(DOCS_PATH, include_in_schema=False)
    async def show_docs() -> Response:
        return HTMLResponse(page, headers={**_CACHED, "content-security-policy": policy})

    swagger = StaticFiles(packages=[("fastapi_standalone_docs", "static/swagger")])
    app.mount(DOCS_PATH, swagger)
    return app


def render_docs_page() -> str:
    """Return the HTML of the API documentation: Swagger UI and a list of problem types."""
    template = Template(_TEMPLATE.read_text(encoding="utf-8"), autoescape=True)
    page: str = template.render(kinds=ProblemKind)
    return page


def _name_operation(route: APIRoute) -> str:
    """Return the OpenAPI operation id of a route: camel case, ``AtRoot`` outside ``/api``."""
    first, *others = route.name.split("_")
    name = first + "".join(word.title() for word in others)
    return name if route.path.startswith("/api/") else f"{name}AtRoot"
