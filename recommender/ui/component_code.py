"""JavaScript modules of the custom components, which browsers load once and cache.

Streamlit resends a component's code in every run (35 KB for film cards). Therefore Streamlit only
gets a short loader, which imports the module from ``/assets`` (docs/adr/0004). Streamlit's
``asset_dir`` also avoids the resend, but needs a package installed with pip.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from recommender.server import build_component_url

_ASSETS = Path(__file__).parent / "assets"

# Streamlit runs this code from a blob URL, where relative URLs do not resolve to the server.
# Browsers cache a failed import, so each retry uses a different URL.
_LOADER: Final = """async function load(wait) {
const address = new URL(ADDRESS, location.origin);
if (wait > 250) address.searchParams.set("retry", Date.now());
try { return (await import(address)).default; } catch (error) { if (wait > 16000) throw error; }
await new Promise((done) => setTimeout(done, wait));
return load(2 * wait);
}
export default await load(250);
"""


@dataclass(frozen=True, slots=True)
class ComponentCode:
    """JavaScript module of a component: its file name and content."""

    name: str
    module: bytes

    @property
    def loader(self) -> str:
        """JavaScript code that imports the module from the server, with retries."""
        address = json.dumps(build_component_url(self.name, self.module))
        return _LOADER.replace("ADDRESS", address)


def _join(name: str, *, scripts: tuple[str, ...], styles: tuple[Path, ...]) -> ComponentCode:
    """Bundle script and style files into one JavaScript module."""
    style = "\n".join(path.read_text(encoding="utf-8") for path in styles)
    parts = [f"const STYLE = {json.dumps(style)};"]
    parts += [(_ASSETS / script).read_text(encoding="utf-8") for script in ("styles.js", *scripts)]
    return ComponentCode(name, "\n".join(parts).encode())


WALL: Final = _join(
    "wall.js",
    scripts=("poster.js", "links.js", "interactions.js", "wall.js"),
    styles=(_ASSETS / "poster.css", _ASSETS / "wall.css"),
)
OVERLAY: Final = _join(
    "overlay.js",
    scripts=("links.js", "interactions.js", "tour.js", "tabs.js", "overlay.js"),
    styles=(_ASSETS / "overlay.css",),
)
COMPONENT_CODE: Final[Mapping[str, bytes]] = MappingProxyType(
    {code.name: code.module for code in (WALL, OVERLAY)}
)
"""JavaScript modules of the components by file name."""
