"""User data: accounts, guests, sessions and interactions, in the SQLite file ``people.db``."""

from recommender.users.accounts import SESSION_LIFETIME, Accounts, SignedIn
from recommender.users.api_tokens import ApiToken
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
from recommender.users.identities import Identity
from recommender.users.imports import Import, ImportRow
from recommender.users.names import LONGEST_NAME, SHORTEST_NAME
from recommender.users.passwords import SHORTEST_PASSWORD, Passwords
from recommender.users.people import GUEST_LIFETIME, People
from recommender.users.sessions import is_token, new_token, token_digest
from recommender.users.throttle import client_network

__all__ = [
    "EXPORT_FORMATS",
    "GUEST_LIFETIME",
    "KEPT_DAYS",
    "LONGEST_NAME",
    "SESSION_LIFETIME",
    "SHORTEST_NAME",
    "SHORTEST_PASSWORD",
    "Accounts",
    "ApiToken",
    "Entry",
    "History",
    "HistoryExport",
    "HistoryFormat",
    "Identity",
    "Import",
    "ImportRow",
    "Passwords",
    "People",
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
