"""Remove invisible and bidirectional control characters from text."""

from __future__ import annotations

# Bidirectional controls, with which a title could reverse the sentence around it, and characters
# without width. Joiners stay: Persian, Hindi and emoji need them.
_UNSEEN = (
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
    *range(0x2060, 0x2065),
    *range(0xFFF9, 0xFFFC),
    *range(0xE0000, 0xE0080),
    *(0x00AD, 0x061C, 0x180E, 0x200B, 0xFEFF),
)
_CONTROLS = (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)
_TABLE: dict[int, str | None] = {**dict.fromkeys(_UNSEEN), **dict.fromkeys(_CONTROLS, " ")}


def strip_invisible(text: str) -> str:
    """Return text without invisible characters, with control characters replaced by spaces.

    Parameters
    ----------
    text
        Untrusted text from a film file.
    """
    return text if text.isprintable() else text.translate(_TABLE).strip()
