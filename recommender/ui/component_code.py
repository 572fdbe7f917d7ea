"""The code of components as modules that a browser loads once and keeps.

Streamlit sends a component's whole code with each run of it: 35 KB for a wall, 17 for the
overlay, more than half of what a page weighed. Here a run's message holds a few lines that load
the module, which came with the page already (``recommender.server.front``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Final

from recommender.server import build_address

_ASSETS = Path(__file__).parent / "assets"
_POSTER_STYLE = Path(str(files("recommender.server.front") / "styles" / "poster.css"))


# A browser, and Streamlit, keep that a module could not be had: each try has another address.
_LOADER: Final = """async function load(wait) {
const address = new URL(ADDRESS, location.origin);
if (wait > 250) address.searchParams.set("again", Date.now());
try { return (await import(address)).default; } catch (lost) { if (wait > 16000) throw lost; }
await new Promise((done) => setTimeout(done, wait));
return load(2 * wait);
}
export default await load(250);
"""


@dataclass(frozen=True, slots=True)
class ComponentCode:
    """One component's code: the name of its module, and what is in it."""

    name: str
    module: bytes

    @property
    def loader(self) -> str:
        """What Streamlit is given in its place.

        Streamlit makes a module of it with an address of its own, from which no path leads here.
        """
        address = json.dumps(build_address(self.name, self.module))
        return _LOADER.replace("ADDRESS", address)


def _join(name: str, *, scripts: tuple[str, ...], styles: tuple[Path, ...]) -> ComponentCode:
    """Return scripts as one module, with the styles that its ``dress`` puts around a component."""
    style = "\n".join(path.read_text(encoding="utf-8") for path in styles)
    parts = [f"const STYLE = {json.dumps(style)};"]
    parts += [(_ASSETS / script).read_text(encoding="utf-8") for script in ("styles.js", *scripts)]
    return ComponentCode(name, "\n".join(parts).encode())


WALL: Final = _join(
    "wall.js",
    scripts=("poster.js", "links.js", "interactions.js", "wall.js"),
    styles=(_POSTER_STYLE, _ASSETS / "wall.css"),
)
OVERLAY: Final = _join(
    "overlay.js",
    scripts=("links.js", "tour.js", "tabs.js", "overlay.js"),
    styles=(_ASSETS / "overlay.css",),
)
COMPONENT_CODE: Final[Mapping[str, bytes]] = MappingProxyType(
    {code.name: code.module for code in (WALL, OVERLAY)}
)
"""What the server hands out, by name."""
