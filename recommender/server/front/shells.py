"""The outline of a page, shown until the page is there."""

from __future__ import annotations

from typing import Final

_POSTERS: Final = f'<div class="posters">{"<i></i>" * 14}</div>'
_LINES: Final = f'<div class="lines">{"<i></i>" * 5}</div>'
_KINDS: Final[dict[str, str]] = {
    "": f"<b></b>{_POSTERS}",
    "film": f'<i class="large"></i>{_POSTERS}',
    "insights": '<b></b><i class="block"></i>',
    "about": f"<b></b>{_LINES}{_LINES}",
    "account": f"<b></b>{_LINES}",
}


def draw_shell(page: str, *, logo: str) -> str:
    """Return the outline of a page as HTML; nothing in it is read out.

    Parameters
    ----------
    page
        Its address, without the slash.
    logo
        Address of the wordmark.
    """
    return (
        '<div id="shell" aria-hidden="true">'
        f'<header><img src="{logo}" alt="" width="148" height="32">{"<i></i>" * 6}</header>'
        f"<main>{_KINDS.get(page, _KINDS[''])}</main>"
        "<p>This takes longer than it should. Is the server still running?</p>"
        "</div>"
    )
