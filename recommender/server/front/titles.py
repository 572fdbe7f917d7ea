"""What the pages are called: in the browser's tab, in the navigation, where a link is shared."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

SITE_NAME: Final = "Marquee"
DESCRIPTION: Final = "Finds you films you will like, and shows you why."
PAGE_TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "": "Home",
        "search": "Search",
        "for_you": "For you",
        "film": "Film",
        "library": "My films",
        "insights": "Insights",
        "about": "How it works",
        "account": "Account",
    }
)
"""By address, without the slash."""


def say_title(path: str) -> str:
    """Return the title of the page at a path, as a browser's tab shows it before Streamlit does.

    Parameters
    ----------
    path
        Of the request, with its slash.
    """
    name = PAGE_TITLES.get(path.strip("/"), "")
    return SITE_NAME if name in {"", "Home"} else f"{name} · {SITE_NAME}"
