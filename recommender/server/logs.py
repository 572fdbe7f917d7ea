"""What the log looks like: lines for people, or JSON for machines, both with the request's name."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

from recommender.server.request_id import find_request_id

_OURS = "recommender"
_OTHERS = ("streamlit", "uvicorn", "websockets")
_KEPT = "marquee_handler"


class _Named(logging.Formatter):
    """A line for people; the request's name stands at its end."""

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        reference = find_request_id()
        first, *rest = line.split("\n")
        return "\n".join([f"{first} [request {reference}]" if reference else first, *rest])


class _Json(logging.Formatter):
    """One JSON object a line, whatever the message holds."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if reference := find_request_id():
            said["request_id"] = reference
        if record.exc_info:
            said["error"] = self.formatException(record.exc_info)
        return json.dumps(said, ensure_ascii=False, default=str)


def set_up_logs(*, as_json: bool) -> None:
    """Write Marquee's own log to the standard error, and with JSON everybody else's as well.

    Parameters
    ----------
    as_json
        For a collector of logs; lines for people otherwise.
    """
    text = _Named("%(asctime)s %(levelname)s %(name)s: %(message)s")
    formatter: logging.Formatter = _Json() if as_json else text
    ours = logging.getLogger(_OURS)
    for handler in [h for h in ours.handlers if h.get_name() == _KEPT]:
        ours.removeHandler(handler)
    handler = logging.StreamHandler()
    handler.set_name(_KEPT)
    handler.setFormatter(formatter)
    ours.addHandler(handler)
    ours.setLevel(logging.INFO)
    if as_json:
        for name in list(logging.Logger.manager.loggerDict):
            if name.partition(".")[0] in _OTHERS:
                for other in logging.getLogger(name).handlers:
                    other.setFormatter(formatter)
