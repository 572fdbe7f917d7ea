"""The server around the pages: the guest's cookie, security headers, routes, start and end."""

from recommender.server.guest_cookie import GUEST_COOKIE
from recommender.server.pages_manager import turn_off_pages_directory
from recommender.server.parts import AppParts, build_app_parts
from recommender.server.security import POSTER_HOST

__all__ = ["GUEST_COOKIE", "POSTER_HOST", "AppParts", "build_app_parts", "turn_off_pages_directory"]
