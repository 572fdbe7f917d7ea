"""The parts of the server, as ``st.App`` takes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from starlette.middleware import Middleware
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from recommender.server.account_routes import build_account_routes
from recommender.server.api import ApiDoorMiddleware
from recommender.server.doors import DoorsMiddleware
from recommender.server.front import (
    Describe,
    FrontMiddleware,
    FrontPage,
    StoredFilesMiddleware,
    list_stored_files,
    load_files,
)
from recommender.server.guest_cookie import GuestCookieMiddleware
from recommender.server.health import HEALTH_ROUTE, READY_ROUTE
from recommender.server.interaction_route import build_interaction_route
from recommender.server.lifespan import Lifespan, build_lifespan
from recommender.server.pages_manager import turn_off_pages_directory
from recommender.server.pictures import build_picture_routes
from recommender.server.request_id import RequestIdMiddleware
from recommender.server.security import (
    POSTER_HOST,
    SecurityHeadersMiddleware,
    build_content_policy,
    read_streamlit_page,
)
from recommender.server.session_cookie import SessionCookieMiddleware
from recommender.users import Accounts

if TYPE_CHECKING:
    from recommender.service import Enrichments, Marquee


@dataclass(frozen=True, kw_only=True, slots=True)
class AppParts:
    """What ``st.App`` is built from, beside the script.

    Attributes
    ----------
    routes
        Answered before Streamlit's own.
    middleware
        Around everything, the outermost first.
    lifespan
        Around the server's life.
    """

    routes: tuple[BaseRoute, ...]
    middleware: tuple[Middleware, ...]
    lifespan: Lifespan


def build_app_parts(
    *,
    warm_up: Callable[[], None],
    closing: Sequence[Callable[[], None]] = (),
    routes: Sequence[BaseRoute] = (),
    accounts: Callable[[], Accounts] | None = None,
    api: Callable[[], ASGIApp] | None = None,
    enrichment: Callable[[], Enrichments] | None = None,
    marquee: Callable[[], Marquee] | None = None,
    image_host: str = POSTER_HOST,
    front: bool = False,
    describe: Describe | None = None,
    code: Mapping[str, bytes] = MappingProxyType({}),
) -> AppParts:
    """Return the parts of the server, and make ``st.navigation`` the only thing that knows pages.

    Parameters
    ----------
    warm_up
        Loads what the first page needs; runs in the background when the server starts.
    closing
        What to close when the server stops, in order.
    routes
        More routes than the server's own.
    accounts
        Finds the accounts that forms and cookies are about; None for a server of guests only.
    api
        Makes the JSON API when it is first asked for something; None for no API.
    enrichment
        Finds what knows posters, for those that come late; None for a server without.
    marquee
        Finds what marks are written with; None for a server whose walls send them with the page.
    image_host
        The one other host that pictures may come from; empty for none.
    front
        Whether pages have Marquee's own head and outline; for tests of the rest, not.
    describe
        Knows what an address is about, for shared links; needs ``front``.
    code
        Modules of components that browsers load and keep, by name; needs ``front``.
    """
    turn_off_pages_directory()
    page = read_streamlit_page()
    policy = build_content_policy(page, image_host=image_host)
    outer, inner, load = _build_front(page, describe, code) if front else ([], [], lambda: None)

    def warm_up_all() -> None:
        load()
        warm_up()

    return AppParts(
        routes=(
            HEALTH_ROUTE,
            READY_ROUTE,
            *([] if accounts is None else build_account_routes(accounts)),
            *([] if enrichment is None else build_picture_routes(enrichment)),
            *([] if marquee is None else [build_interaction_route(marquee)]),
            *routes,
        ),
        middleware=(
            Middleware(SecurityHeadersMiddleware, policy=policy),
            Middleware(RequestIdMiddleware),
            Middleware(DoorsMiddleware),
            *outer,
            # Outside of the cookie: a page about the API is no page of a visit.
            *([] if api is None else [Middleware(ApiDoorMiddleware, build=api)]),
            Middleware(GuestCookieMiddleware),
            *(
                []
                if accounts is None
                else [Middleware(SessionCookieMiddleware, find_accounts=accounts)]
            ),
            *inner,
        ),
        lifespan=build_lifespan(warm_up=warm_up_all, closing=closing),
    )


def _build_front(
    source: str, describe: Describe | None, code: Mapping[str, bytes]
) -> tuple[list[Middleware], list[Middleware], Callable[[], None]]:
    """Return what answers before cookies, what answers after, and what is read at the start."""
    stored = list_stored_files(code)
    page = FrontPage(source, stored, code)
    return (
        [Middleware(StoredFilesMiddleware, stored=stored)],
        [Middleware(FrontMiddleware, page=page, describe=describe)],
        lambda: load_files(stored, page.list_early_files()),
    )
