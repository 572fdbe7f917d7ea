"""Which parts of Streamlit's bundle a first page needs, so that a browser asks for them at once.

Streamlit loads the code of a widget when the first of its kind arrives, after everything else.
Its own list of parts says which files those are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib.resources import files
from typing import Any, Final

_EVERYWHERE: Final = (
    "widgets/BidiComponent/BidiComponent.tsx",
    "widgets/Button/Button.tsx",
)
_PAGES: Final[dict[str, tuple[str, ...]]] = {
    "": ("elements/Progress/Progress.tsx",),
    "search": ("widgets/TextInput/TextInput.tsx", "widgets/Multiselect/Multiselect.tsx",
               "widgets/Selectbox/Selectbox.tsx"),
    "for_you": ("widgets/Slider/Slider.tsx",),
    "insights": ("elements/ArrowVegaLiteChart/ArrowVegaLiteChart.tsx", "elements/Tabs/Tabs.tsx"),
    "film": ("elements/ArrowVegaLiteChart/ArrowVegaLiteChart.tsx",),
    "library": ("widgets/Selectbox/Selectbox.tsx",),
}  # fmt: skip


def read_manifest() -> dict[str, Any]:
    """Return Streamlit's list of the parts of its bundle; empty without one."""
    manifest = files("streamlit") / "static" / "manifest.json"
    found = json.loads(manifest.read_text(encoding="utf-8")) if manifest.is_file() else {}
    return found if isinstance(found, dict) else {}


def find_parts(page: str, manifest: dict[str, Any]) -> tuple[str, ...]:
    """Return the files a page will need that Streamlit's own page does not name.

    Parameters
    ----------
    page
        Its address, without the slash.
    manifest
        From ``read_manifest``.
    """
    known = _follow(["index.html"], manifest)
    endings = (*_EVERYWHERE, *_PAGES.get(page, ()))
    wanted = [name for name in manifest if name.endswith(endings)]
    return tuple(name for name in _follow(wanted, manifest) if name not in known)


def _follow(names: Iterable[str], manifest: dict[str, Any]) -> dict[str, None]:
    """Return the files of parts and of all they import, in order."""
    found: dict[str, None] = {}
    seen: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop(0)
        if name in seen or name not in manifest:
            continue
        seen.add(name)
        found[manifest[name]["file"]] = None
        waiting.extend(manifest[name].get("imports", []))
    return found
