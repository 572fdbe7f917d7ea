"""Account names: validation, and case folding for comparison."""

from __future__ import annotations

import unicodedata

from recommender.errors import AccountError

SHORTEST_NAME, LONGEST_NAME = 3, 40
_PUNCTUATION = frozenset(" .-_'@+")
_CATEGORIES = frozenset("LMN")  # letters, combining marks and numbers of any script


def clean_name(raw: str) -> str:
    """Validate a new account name and return it in NFKC with single, inner spaces only.

    Raises
    ------
    AccountError
        If the name is too short, too long or holds a character that is not allowed, such as
        invisible and bidirectional control characters.
    """
    name = " ".join(unicodedata.normalize("NFKC", raw[: LONGEST_NAME * 20]).split())
    if not SHORTEST_NAME <= len(name) <= LONGEST_NAME:
        raise AccountError(
            f"Please choose a name of {SHORTEST_NAME} to {LONGEST_NAME} characters.", field="name"
        )
    refused = next((char for char in name if not _is_allowed(char)), None)
    if refused is not None:
        shown = refused if refused.isprintable() else f"U+{ord(refused):04X}"
        raise AccountError(
            f"A name cannot hold {shown}. Letters, numbers, spaces and . - _ ' @ + are fine.",
            field="name",
        )
    if not any(unicodedata.category(char)[0] in "LN" for char in name):
        raise AccountError("Please choose a name with a letter or a number.", field="name")
    return name


def fold_name(raw: str) -> str:
    """Return the lookup key of an account name: case folded, NFKC, single spaces.

    Any text can be folded. Accounts are found and sign-in attempts are counted by this key.
    """
    # Normalised twice, as folding can undo the normal form (as in Unicode's NFKC_Casefold).
    name = unicodedata.normalize("NFKC", raw[: LONGEST_NAME * 20])
    folded = " ".join(unicodedata.normalize("NFKC", name.casefold()).split())
    return folded.encode("utf-8", "replace").decode()  # SQLite stores no lone surrogates


def _is_allowed(char: str) -> bool:
    return char in _PUNCTUATION or unicodedata.category(char)[0] in _CATEGORIES
