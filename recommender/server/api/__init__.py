"""JSON API for other programs, over the same services as the pages."""

from recommender.server.api.mount import ApiMiddleware, build_api

__all__ = ["ApiMiddleware", "build_api"]
