"""Numbers for Prometheus, on a port of their own that only this machine reaches."""

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
        "marks": ("What people said of films, or took back", ("kind", "said")),
        "tmdb": ("What came of asking TMDb", ("outcome",)),
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


class PrometheusKeeper:
    """Keeps the numbers of ``recommender.metrics`` as Prometheus wants them.

    Parameters
    ----------
    states
        What is looked up when somebody asks, by name: a text about it, and what returns it.
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
        """Add one to a number."""
        self._counters[name].labels(**labels).inc()

    def observe(self, name: str, seconds: float) -> None:
        """Take down how long something took."""
        self._histograms[name].observe(seconds)


def serve_metrics(keeper: PrometheusKeeper, port: int) -> Callable[[], None]:
    """Answer Prometheus at ``http://127.0.0.1:PORT/metrics``; return what ends it.

    A port that cannot be had is logged, and nothing else fails for it.

    Parameters
    ----------
    keeper
        Has the numbers.
    port
        On this machine; nobody else reaches it.
    """
    try:
        server, thread = start_http_server(port, addr="127.0.0.1", registry=keeper.registry)
    except OSError as error:
        _LOGGER.warning("There are no metrics: port %d cannot be had (%s).", port, error)
        return lambda: None

    def end() -> None:
        server.shutdown()
        server.server_close()
        thread.join(timeout=2)

    return end
