"""The server around the pages: cookies, security headers, routes, the API, start and end."""

from recommender.server.account_routes import find_accounts
from recommender.server.api import build_api
from recommender.server.cookies import SESSION_COOKIE
from recommender.server.film_links import describe_link
from recommender.server.front import PAGE_TITLES, SITE_NAME, build_address
from recommender.server.guest_cookie import GUEST_COOKIE
from recommender.server.interaction_route import find_marquee, tag_visitor
from recommender.server.operations import set_up_operations
from recommender.server.pages_manager import turn_off_pages_directory
from recommender.server.parts import AppParts, build_app_parts
from recommender.server.pictures import find_enrichment, find_image_host
from recommender.server.security import POSTER_HOST

__all__ = [
    "GUEST_COOKIE",
    "PAGE_TITLES",
    "POSTER_HOST",
    "SESSION_COOKIE",
    "SITE_NAME",
    "AppParts",
    "build_address",
    "build_api",
    "build_app_parts",
    "describe_link",
    "find_accounts",
    "find_enrichment",
    "find_image_host",
    "find_marquee",
    "set_up_operations",
    "tag_visitor",
    "turn_off_pages_directory",
]
