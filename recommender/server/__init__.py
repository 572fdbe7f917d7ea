"""HTTP server around the pages: app assembly, middleware, routes and the JSON API."""

from recommender.server.app_assembly import AppParts, assemble_marquee, build_app_parts
from recommender.server.cookie_routes import SIGN_IN_CODE_PATH, TOUR_END_PATH, TOUR_START_PATH
from recommender.server.cookies import GUEST_COOKIE, SESSION_COOKIE, TOUR_COOKIE
from recommender.server.interaction_route import CLICKED_KINDS
from recommender.server.page_head import PAGE_TITLES, SITE_NAME
from recommender.server.pages_manager import turn_off_pages_directory
from recommender.server.static_files import ASSETS_FOLDER, build_component_url

__all__ = [
    "ASSETS_FOLDER",
    "CLICKED_KINDS",
    "GUEST_COOKIE",
    "PAGE_TITLES",
    "SESSION_COOKIE",
    "SIGN_IN_CODE_PATH",
    "SITE_NAME",
    "TOUR_COOKIE",
    "TOUR_END_PATH",
    "TOUR_START_PATH",
    "AppParts",
    "assemble_marquee",
    "build_app_parts",
    "build_component_url",
    "turn_off_pages_directory",
]
