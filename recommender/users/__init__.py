"""People: who a visitor is, what they like, hide, watch later and have seen.

Everything is in one SQLite file, ``people.db``, which is precious: migrated, never overwritten.
"""

from recommender.users.inspection import PeopleInfo
from recommender.users.interactions import CONTRADICTIONS
from recommender.users.people import GUEST_LIFETIME, People
from recommender.users.tokens import is_token, new_token, token_digest

__all__ = [
    "CONTRADICTIONS",
    "GUEST_LIFETIME",
    "People",
    "PeopleInfo",
    "is_token",
    "new_token",
    "token_digest",
]
