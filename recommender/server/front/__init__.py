"""The page that every address gets, and the files it asks for first."""

from recommender.server.front.middleware import Describe, FrontMiddleware
from recommender.server.front.page import FrontPage
from recommender.server.front.stored_files import (
    StoredFilesMiddleware,
    build_address,
    list_stored_files,
    load_files,
)
from recommender.server.front.titles import PAGE_TITLES, SITE_NAME

__all__ = [
    "PAGE_TITLES",
    "SITE_NAME",
    "Describe",
    "FrontMiddleware",
    "FrontPage",
    "StoredFilesMiddleware",
    "build_address",
    "list_stored_files",
    "load_files",
]
