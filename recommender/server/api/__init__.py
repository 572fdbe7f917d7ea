"""The JSON API: what other programs ask, over the same services as the pages.

Nothing is imported here that a start does not need: models and engine come with the first request.
"""

from recommender.server.api.door import API_PATHS, ApiDoorMiddleware, build_api

__all__ = ["API_PATHS", "ApiDoorMiddleware", "build_api"]
