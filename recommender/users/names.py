"""Names of accounts: how one is written, and when two are the same."""

from __future__ import annotations

import unicodedata

from recommender.errors import AccountError

SHORTEST_NAME, LONGEST_NAME = 3, 40
_SIGNS = frozenset(" .-_'@+")
_KINDS = frozenset("LMN")  # letters, the marks on them, and numbers, of any script


def clean_name(raw: str) -> str:
    """Return a new name as it will be shown: NFKC, single spaces, none around it.

    Parameters
    ----------
    raw
        What was typed.

    Raises
    ------
    AccountError
        If it is too short, too long or holds a sign that names do not have. Invisible signs and
        those that turn the direction of writing are among these.
    """
    name = " ".join(unicodedata.normalize("NFKC", raw[: LONGEST_NAME * 20]).split())
    if not SHORTEST_NAME <= len(name) <= LONGEST_NAME:
        raise AccountError(
            f"Please choose a name of {SHORTEST_NAME} to {LONGEST_NAME} characters.", field="name"
        )
    odd = next((sign for sign in name if not _may_be_in_name(sign)), None)
    if odd is not None:
        shown = odd if odd.isprintable() else f"U+{ord(odd):04X}"
        raise AccountError(
            f"A name cannot hold {shown}. Letters, numbers, spaces and . - _ ' @ + are fine.",
            field="name",
        )
    if not any(unicodedata.category(sign)[0] in "LN" for sign in name):
        raise AccountError("Please choose a name with a letter or a number.", field="name")
    return name


def fold_name(raw: str) -> str:
    """Return what all spellings of a name share: without case, NFKC, single spaces.

    Any text will do; this is how a name is looked up and how tries are counted.

    Parameters
    ----------
    raw
        A name as typed or as stored.
    """
    # Folding can undo the normal form, so it is made twice (Unicode's NFKC_Casefold does too).
    name = unicodedata.normalize("NFKC", raw[: LONGEST_NAME * 20])
    folded = " ".join(unicodedata.normalize("NFKC", name.casefold()).split())
    return folded.encode("utf-8", "replace").decode()  # half a character cannot be stored


def _may_be_in_name(sign: str) -> bool:
    return sign in _SIGNS or unicodedata.category(sign)[0] in _KINDS
