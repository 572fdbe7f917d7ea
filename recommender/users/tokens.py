"""Opaque tokens: 256 random bits in a cookie, of which only the SHA-256 is stored."""

from __future__ import annotations

import hashlib
import re
import secrets

TOKEN_BYTES = 32
_FORM = re.compile(r"[A-Za-z0-9_-]{43}")  # 32 bytes in URL-safe base64 without padding


def new_token() -> str:
    """Return a fresh token of 256 random bits, 43 URL-safe characters."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def is_token(text: str | None) -> bool:
    """Return whether the text has the form of a token; nothing is said of whom it belongs to."""
    return text is not None and _FORM.fullmatch(text) is not None


def token_digest(token: str) -> bytes:
    """Return what is stored of a token: its SHA-256, 32 bytes.

    A plain hash is enough: nobody can guess 256 random bits, however fast the hash is.
    """
    return hashlib.sha256(token.encode("ascii")).digest()
