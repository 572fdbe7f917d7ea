"""Prometheus metrics, served on a separate port that only accepts local connections."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server
from prometheus_client import process_collector as process

_LOGGER = logging.getLogger(__name__)
_COUNTED: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = MappingProxyType(
    {
        "interactions": ("Likes and other interactions, made or undone", ("kind", "on")),
        "tmdb": ("Requests to TMDb, by outcome", ("outcome",)),
        "requests": ("Requests answered, by class of status", ("status",)),
    }
)
_TIMED: Final = MappingProxyType(
    {
        "search": "Searching the catalogue",
        "recommendation": "Ranking films for a profile, with reasons",
    }
)
_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class PrometheusMetrics:
    """Metrics sink that records counters, durations and gauges for Prometheus.

    Parameters
    ----------
    states
        Gauges by name, each with a description and a function that returns its value.
    """

    def __init__(self, states: Mapping[str, tuple[str, Callable[[], float]]]) -> None:
        self.registry = CollectorRegistry()
        process.ProcessCollector(registry=self.registry)
        self._counters = {
            name: Counter(f"marquee_{name}", about, labels, registry=self.registry)
            for name, (about, labels) in _COUNTED.items()
        }
        self._histograms = {
            name: Histogram(
                f"marquee_{name}_seconds", about, buckets=_BUCKETS_S, registry=self.registry
            )
            for name, about in _TIMED.items()
        }
        for name, (about, find) in states.items():
            Gauge(f"marquee_{name}", about, registry=self.registry).set_function(find)

    def count(self, name: str, **labels: str) -> None:
        """Increment a Prometheus counter."""
        self._counters[name].labels(**labels).inc()

    def observe(self, name: str, seconds: float) -> None:
        """Record a duration in a Prometheus histogram."""
        self._histograms[name].observe(seconds)


def serve_metrics(sink: PrometheusMetrics, port: int) -> Callable[[], None]:
    """Serve ``http://127.0.0.1:PORT/metrics``; return a function that stops the server.

    If the port is in use, log a warning and run without metrics.

    Parameters
    ----------
    sink
        Metrics to serve.
    port
        Port on the loopback interface; other machines cannot reach it.
    """
    try:
        server, thread = start_http_server(port, addr="127.0.0.1", registry=sink.registry)
    except OSError as error:
        _LOGGER.warning("Marquee runs without metrics: port %d is not available (%s).", port, error)
        return lambda: None

    def stop() -> None:
        server.shutdown()
        server.server_close()
        thread.join(timeout=2)

    return stop
