"""People: who a visitor is, what they like, hide, watch later and have seen.

Everything is in one SQLite file, ``people.db``, which is precious: migrated, never overwritten.
"""

from recommender.users.accounts import SESSION_LIFETIME, Accounts, SignedIn
from recommender.users.api_tokens import API_TOKEN_LIFETIME, ApiToken
from recommender.users.backup import (
    KEPT_DAYS,
    back_up,
    check_backup,
    find_latest_copy,
    keep_daily_copy,
    restore,
)
from recommender.users.history.entries import Entry, History, HistoryFormat
from recommender.users.history.reading import read_history
from recommender.users.history.tables import escape_formula
from recommender.users.history.writing import EXPORT_FORMATS, HistoryExport, write_history
from recommender.users.identities import Identities, Identity
from recommender.users.imports import Import, ImportRow
from recommender.users.inspection import PeopleInfo
from recommender.users.interactions import CONTRADICTIONS
from recommender.users.names import LONGEST_NAME, SHORTEST_NAME
from recommender.users.passwords import LONGEST_PASSWORD, SHORTEST_PASSWORD, Passwords
from recommender.users.people import GUEST_LIFETIME, People
from recommender.users.sessions import is_token, new_token, token_digest
from recommender.users.throttle import client_network

__all__ = [
    "API_TOKEN_LIFETIME",
    "CONTRADICTIONS",
    "EXPORT_FORMATS",
    "GUEST_LIFETIME",
    "KEPT_DAYS",
    "LONGEST_NAME",
    "LONGEST_PASSWORD",
    "SESSION_LIFETIME",
    "SHORTEST_NAME",
    "SHORTEST_PASSWORD",
    "Accounts",
    "ApiToken",
    "Entry",
    "History",
    "HistoryExport",
    "HistoryFormat",
    "Identities",
    "Identity",
    "Import",
    "ImportRow",
    "Passwords",
    "People",
    "PeopleInfo",
    "SignedIn",
    "back_up",
    "check_backup",
    "client_network",
    "escape_formula",
    "find_latest_copy",
    "is_token",
    "keep_daily_copy",
    "new_token",
    "read_history",
    "restore",
    "token_digest",
    "write_history",
]
