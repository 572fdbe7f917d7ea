"""Assembly of the ASGI app: routes, middleware and lifespan for ``st.App``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import BaseRoute

from recommender.server.account_routes import build_account_routes
from recommender.server.api import ApiMiddleware, build_api
from recommender.server.blocked_paths import BlockedPathsMiddleware
from recommender.server.cookie_routes import build_sign_in_route, build_tour_routes
from recommender.server.cookies import GuestCookieMiddleware, SessionCookieMiddleware
from recommender.server.image_routes import build_image_routes, find_image_host
from recommender.server.interaction_route import build_interaction_route
from recommender.server.lifespan import Lifespan, MarqueeLifecycle, build_lifespan
from recommender.server.link_previews import describe_link
from recommender.server.observability import (
    HEALTH_ROUTES,
    RequestIdMiddleware,
    set_up_observability,
)
from recommender.server.page_head import Describe, PageHeadMiddleware
from recommender.server.pages_manager import turn_off_pages_directory
from recommender.server.security import (
    POSTER_HOST,
    SecurityHeadersMiddleware,
    build_content_policy,
    read_streamlit_page,
)
from recommender.server.static_files import build_static_routes

if TYPE_CHECKING:
    from recommender.service import Marquee

_PROBE_HOSTS = ("127.0.0.1", "localhost")
_GZIP_LEVEL = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class AppParts:
    """Arguments of ``st.App`` other than the script: routes, middleware and lifespan.

    Attributes
    ----------
    routes
        Routes that take precedence over Streamlit's.
    middleware
        ASGI middleware, the outermost first.
    lifespan
        Lifespan hook, which runs at startup and shutdown of the server.
    """

    routes: tuple[BaseRoute, ...]
    middleware: tuple[Middleware, ...]
    lifespan: Lifespan


def assemble_marquee(
    *, secrets: Mapping[str, str], components: Mapping[str, bytes], allowed_hosts: Sequence[str]
) -> AppParts:
    """Assemble the production app: routes, middleware and lifespan of all features.

    Parameters
    ----------
    secrets
        Settings from Streamlit's secrets, in addition to the environment.
    components
        JavaScript modules of components, by file name.
    allowed_hosts
        Accepted values of the ``Host`` header; empty for any.
    """
    lifecycle = MarqueeLifecycle(secrets)
    return build_app_parts(
        warm_up=lifecycle.warm_up,
        closing=[lifecycle.close, set_up_observability(secrets)],
        marquee=_find_marquee,
        image_host=find_image_host(secrets),
        components=components,
        describe=describe_link,
        allowed_hosts=allowed_hosts,
    )


def build_app_parts(
    *,
    warm_up: Callable[[], None],
    closing: Sequence[Callable[[], None]] = (),
    routes: Sequence[BaseRoute] = (),
    marquee: Callable[[], Marquee] | None = None,
    image_host: str = POSTER_HOST,
    components: Mapping[str, bytes] | None = None,
    describe: Describe | None = None,
    allowed_hosts: Sequence[str] = (),
) -> AppParts:
    """Build routes, middleware and lifespan of an app; turn off Streamlit's ``pages/`` folder.

    Parameters
    ----------
    warm_up, closing
        Startup and shutdown functions; see ``build_lifespan``.
    routes
        Additional routes.
    marquee
        Returns the process-wide `Marquee`. If None, the app has no accounts, interactions,
        posters or API.
    image_host
        External host that images may come from; "" for none.
    components
        JavaScript modules of components, by file name; if None, Streamlit's page head is kept.
    describe
        Returns the title and description of a URL; see ``PageHeadMiddleware``.
    allowed_hosts
        Accepted values of the ``Host`` header besides local names; empty for any.
    """
    turn_off_pages_directory()
    policy = build_content_policy(read_streamlit_page(), image_host=image_host)
    middleware = [
        Middleware(SecurityHeadersMiddleware, policy=policy),
        Middleware(RequestIdMiddleware),
    ]
    if allowed_hosts:
        hosts = [*allowed_hosts, *_PROBE_HOSTS]
        middleware.append(
            Middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False)
        )
    middleware += [
        Middleware(BlockedPathsMiddleware),
        Middleware(GZipMiddleware, compresslevel=_GZIP_LEVEL),
    ]
    if marquee is not None:
        middleware.append(Middleware(ApiMiddleware, build=build_api))  # sets no guest cookie
    middleware.append(Middleware(GuestCookieMiddleware))
    if marquee is not None:
        middleware.append(
            Middleware(SessionCookieMiddleware, find_accounts=lambda: marquee().people.accounts)
        )
    if components is not None:
        middleware.append(Middleware(PageHeadMiddleware, describe=describe))
    own_routes: list[BaseRoute] = [*HEALTH_ROUTES]
    if marquee is not None:
        own_routes += [
            *build_account_routes(lambda: marquee().people.accounts),
            build_sign_in_route(lambda: marquee().people.accounts),
            *build_image_routes(lambda: marquee().enrichment),
            build_interaction_route(marquee),
            *build_tour_routes(),
        ]
    if components is not None:
        own_routes += build_static_routes(components)
    return AppParts(
        routes=(*own_routes, *routes),
        middleware=tuple(middleware),
        lifespan=build_lifespan(warm_up=warm_up, closing=closing),
    )


def _find_marquee() -> Marquee:
    from recommender.service import get_marquee  # noqa: PLC0415 - imports the engine, over 100 ms

    return get_marquee()
