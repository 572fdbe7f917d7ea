"""What whoever runs Marquee sets up around it: its log, and its numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from recommender import metrics
from recommender.errors import SettingsError
from recommender.server.logs import set_up_logs
from recommender.settings import Settings, load_settings


def set_up_operations(secrets: Mapping[str, str]) -> Callable[[], None]:
    """Set up the log, and the numbers where a port is set for them; return what ends them.

    Parameters
    ----------
    secrets
        Beside the environment.
    """
    try:
        settings = load_settings(secrets=secrets)
    except SettingsError:
        set_up_logs(as_json=False)
        return lambda: None  # pages say what is wrong
    set_up_logs(as_json=settings.log_as_json)
    if not settings.metrics_port:
        return lambda: None
    return _serve(settings)


def _serve(settings: Settings) -> Callable[[], None]:
    # Only where it is wanted: a start without metrics does not wait for the library.
    from recommender.server.prometheus import PrometheusKeeper, serve_metrics  # noqa: PLC0415

    keeper = PrometheusKeeper(
        {
            "ready": ("Whether people can be served", _is_ready),
            "import_running": ("Whether an import of IMDb is under way", _is_importing),
            "import_fraction": ("How much of an import is done", _import_fraction),
        }
    )
    metrics.set_sink(keeper)
    end_port = serve_metrics(keeper, settings.metrics_port)

    def end() -> None:
        metrics.set_sink(None)
        end_port()

    return end


def _is_ready() -> float:
    from recommender.service import get_marquee, readiness_error  # noqa: PLC0415 - brings the engine

    return float(not readiness_error(get_marquee()))


def _is_importing() -> float:
    from recommender.service import Stage, get_import_run, get_marquee  # noqa: PLC0415 - as above

    return float(get_import_run(get_marquee().settings).state.stage is Stage.RUNNING)


def _import_fraction() -> float:
    from recommender.service import get_import_run, get_marquee  # noqa: PLC0415 - as above

    return get_import_run(get_marquee().settings).state.fraction
