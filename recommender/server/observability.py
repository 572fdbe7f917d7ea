"""Request ids, logging, health and readiness probes, and startup of the metrics server."""

from __future__ import annotations

import json
import logging
import re
import secrets as random_tokens
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Final

from anyio.to_thread import run_sync
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from recommender import metrics
from recommender.errors import SettingsError
from recommender.server.page_head import render_notice
from recommender.settings import Settings, load_settings

REQUEST_ID_HEADER: Final = "x-request-id"
_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_NO_STORE = {"cache-control": "no-store"}
_OWN_LOGGER = "recommender"
_OTHER_LOGGERS = ("streamlit", "uvicorn", "websockets")
_HANDLER_NAME = "marquee_handler"

_LOGGER = logging.getLogger(__name__)
_current_id: ContextVar[str] = ContextVar("request_id", default="")


def find_request_id() -> str:
    """Return the id of the current HTTP request; "" outside a request."""
    return _current_id.get()


class RequestIdMiddleware:
    """ASGI middleware that assigns request ids and answers 500 if the app raises an exception.

    An id set by a proxy is kept. The id appears in a response header, in log lines and on error
    pages.

    Parameters
    ----------
    app
        The wrapped ASGI application.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request with its request id; answer 500 if the app fails."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get(REQUEST_ID_HEADER, "")
        request_id = given if _REQUEST_ID.fullmatch(given) else random_tokens.token_hex(8)
        reset_token = _current_id.set(request_id)
        has_started = False

        async def send_with_id(message: Message) -> None:
            nonlocal has_started
            if message["type"] == "http.response.start":
                has_started = True
                message = {**message, "headers": list(message["headers"])}
                MutableHeaders(raw=message["headers"])[REQUEST_ID_HEADER] = request_id
                metrics.count("requests", status=f"{message['status'] // 100}xx")
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        except Exception:
            if scope["type"] != "http" or has_started:
                raise
            _LOGGER.exception("A request failed: %s %s", scope["method"], scope["path"][:200])
            page = render_notice(
                "That did not work",
                "It is Marquee's fault, and the error is in its log. Please try again in a moment.",
                f"If you report it, mention {request_id}.",
            )
            answer = HTMLResponse(page, status_code=500, headers=_NO_STORE)
            await answer(scope, receive, send_with_id)
        finally:
            _current_id.reset(reset_token)


class _TextFormatter(logging.Formatter):
    """Log formatter for text, with the request id at the end of the first line."""

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        request_id = find_request_id()
        first, *rest = line.split("\n")
        return "\n".join([f"{first} [request {request_id}]" if request_id else first, *rest])


class _JsonFormatter(logging.Formatter):
    """Log formatter for JSON, one line per record."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id := find_request_id():
            entry["request_id"] = request_id
        if record.exc_info:
            entry["error"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False, default=str)


def set_up_logs(*, as_json: bool) -> None:
    """Write Marquee's log to standard error.

    Parameters
    ----------
    as_json
        If true, write JSON, also for Streamlit and the web server; else text.
    """
    text = _TextFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    formatter: logging.Formatter = _JsonFormatter() if as_json else text
    own = logging.getLogger(_OWN_LOGGER)
    for handler in [h for h in own.handlers if h.get_name() == _HANDLER_NAME]:
        own.removeHandler(handler)
    handler = logging.StreamHandler()
    handler.set_name(_HANDLER_NAME)
    handler.setFormatter(formatter)
    own.addHandler(handler)
    own.setLevel(logging.INFO)
    if as_json:
        for name in list(logging.Logger.manager.loggerDict):
            if name.partition(".")[0] in _OTHER_LOGGERS:
                for other in logging.getLogger(name).handlers:
                    other.setFormatter(formatter)


def set_up_observability(secrets: Mapping[str, str]) -> Callable[[], None]:
    """Set up logging, and metrics if their port is set; return a function that stops metrics.

    Parameters
    ----------
    secrets
        Settings from Streamlit's secrets, in addition to the environment.
    """
    try:
        settings = load_settings(secrets=secrets)
    except SettingsError:
        set_up_logs(as_json=False)
        return lambda: None  # pages show the error
    set_up_logs(as_json=settings.log_as_json)
    if not settings.metrics_port:
        return lambda: None
    return _start_metrics(settings)


def _start_metrics(settings: Settings) -> Callable[[], None]:
    # Import prometheus_client only if metrics are enabled.
    from recommender.server.prometheus import PrometheusMetrics, serve_metrics  # noqa: PLC0415

    sink = PrometheusMetrics(
        {
            "ready": ("Whether visitors can be served", lambda: float(_is_ready())),
            "import_running": ("Whether an import of IMDb is running", _is_importing),
            "import_fraction": ("Completed share of an import", _import_fraction),
        }
    )
    metrics.set_sink(sink)
    stop_server = serve_metrics(sink, settings.metrics_port)

    def stop() -> None:
        metrics.set_sink(None)
        stop_server()

    return stop


async def answer_health(request: Request) -> Response:
    """Answer 200 to a liveness probe; the data and the model are not checked."""
    return JSONResponse({"status": "ok"}, headers=_NO_STORE)


async def answer_readiness(request: Request) -> Response:
    """Answer a readiness probe: 200 if films and user data can be served, else 503.

    The probe is public, so it gives no reason; the command ``doctor`` shows the reason.
    """
    if await run_sync(_is_ready):
        return JSONResponse({"status": "ready"}, headers=_NO_STORE)
    return JSONResponse(
        {"status": "not ready"}, status_code=503, headers={**_NO_STORE, "retry-after": "1"}
    )


HEALTH_ROUTES: Final = (
    Route("/healthz", answer_health, methods=["GET"]),
    Route("/readyz", answer_readiness, methods=["GET"]),
)


# These functions import the engine lazily, because the import takes a second.


def _is_ready() -> bool:
    from recommender.service import get_marquee, readiness_error  # noqa: PLC0415

    return not readiness_error(get_marquee())


def _is_importing() -> float:
    from recommender.service import Stage, get_import_run, get_marquee  # noqa: PLC0415

    return float(get_import_run(get_marquee().settings).state.stage is Stage.RUNNING)


def _import_fraction() -> float:
    from recommender.service import get_import_run, get_marquee  # noqa: PLC0415

    return get_import_run(get_marquee().settings).state.fraction
