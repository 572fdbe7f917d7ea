"""What a person would see and do on a page that AppTest has run."""

from __future__ import annotations

import json
from typing import Any

from streamlit.testing.v1 import AppTest

KINDS = (
    *("title", "header", "subheader", "markdown", "caption"),
    *("warning", "error", "toast", "table"),
)


def walls(app: AppTest) -> dict[str, list[dict[str, Any]]]:
    """Return the films of each wall, by the wall's label."""
    return {data["label"]: data["films"] for data in _walls(app)}


def wall(app: AppTest) -> list[dict[str, Any]]:
    """Return the films of the page's one wall."""
    [films] = walls(app).values()
    return films


def interactions(app: AppTest, label: str) -> dict[str, list[str]]:
    """Return the interactions shown on one wall."""
    found: dict[str, list[str]] = next(
        d["interactions"] for d in _walls(app) if d["label"] == label
    )
    return found


def words(app: AppTest) -> str:
    """Return everything that is written on the page or told in passing, without the walls."""
    written = [str(getattr(node, "value", "")) for kind in KINDS for node in app.get(kind)]
    written += [node.proto.body for node in app.get("html")]
    told = [data["notification"]["text"] for data in _drawn(app) if data.get("notification")]
    return "\n".join([*written, *told])


def press(app: AppTest, label: str) -> AppTest:
    """Press the first button whose label begins so."""
    next(button for button in app.button if button.label.startswith(label)).click().run()
    assert not app.exception, app.exception
    return app


def _walls(app: AppTest) -> list[dict[str, Any]]:
    """What each row of each wall was handed, from the top of the page down."""
    return [data | row for data in _drawn(app) for row in data.get("rows", ())]


def _drawn(app: AppTest) -> list[dict[str, Any]]:
    return [json.loads(node.proto.bytes or node.proto.json) for node in app.get("bidi_component")]
