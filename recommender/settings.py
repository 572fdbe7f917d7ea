"""Settings from environment variables and secrets, as one frozen record."""

from __future__ import annotations

import math
import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from recommender.errors import SettingsError

PROJECT_DIR = Path(__file__).resolve().parent.parent
_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:]+\])(?::\d{1,5})?")
_PATH = re.compile(r"(?:/[A-Za-z0-9._~-]+)*")


class Secret:
    """Secret text hidden from ``repr`` and logs; `reveal` returns it. Empty if not configured."""

    __slots__ = ("_value",)

    def __init__(self, value: str = "") -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the secret in plain text."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return "Secret('***')" if self._value else "Secret('')"

    def __reduce__(self) -> str:
        raise TypeError("A secret cannot be pickled.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """All settings of Marquee; every setting has a working default.

    Attributes
    ----------
    data_dir
        Folder of the databases and the fitted model (``MARQUEE_DATA_DIR``).
    catalogue_file
        Bundled file that the catalogue is built from.
    profile_size
        Number of the latest likes in a profile (``MARQUEE_PROFILE_SIZE``).
    enough_likes
        Number of likes at which rows of recommendations replace the onboarding wall.
    gallery_size
        Number of recommendations in a gallery.
    api_per_minute
        Requests to the JSON API allowed a minute, for each user or anonymous IP address
        (``MARQUEE_API_PER_MINUTE``).
    tmdb_api_key
        TMDb's v3 key or v4 token (``TMDB_API_KEY``); without a key, posters are drawn.
    tmdb_api_url, tmdb_image_url
        Addresses of TMDb's API and pictures (``TMDB_API_URL``, ``TMDB_IMAGE_URL``). Without a path
        they get TMDb's own, ``/3`` and ``/t/p``.
    tmdb_language, tmdb_region
        Language of overviews and region of providers (``TMDB_LANGUAGE``, ``TMDB_REGION``).
    tmdb_budget_s
        Maximum wait for TMDb in seconds (``TMDB_BUDGET_S``).
    allow_import
        Whether *How it works* offers an import of IMDb (``MARQUEE_ALLOW_IMPORT``). It replaces the
        catalogue for all users, so a public server may disable it.
    demo
        Whether the demo tour is offered (``MARQUEE_DEMO``, or
        ``streamlit run app.py -- --demo``).
    log_as_json
        Whether each log line is a JSON object (``MARQUEE_LOG=json``).
    metrics_port
        Local port of the Prometheus metrics (``MARQUEE_METRICS_PORT``); 0 for none.
    tmdb_image_proxy
        Whether Marquee's server proxies TMDb's pictures, for networks that block TMDb's host
        (``TMDB_IMAGE_PROXY``).
    """

    data_dir: Path = PROJECT_DIR / "data"
    catalogue_file: Path = PROJECT_DIR / "data" / "films.csv.gz"
    profile_size: int = 15
    enough_likes: int = 5
    gallery_size: int = 24
    api_per_minute: int = 300
    tmdb_api_key: Secret = Secret()  # noqa: RUF009 - never changes
    tmdb_api_url: str = "https://api.themoviedb.org/3"
    tmdb_image_url: str = "https://image.tmdb.org/t/p"
    tmdb_language: str = "en-US"
    tmdb_region: str = "US"
    tmdb_budget_s: float = 1.0
    tmdb_image_proxy: bool = False
    allow_import: bool = True
    demo: bool = False
    log_as_json: bool = False
    metrics_port: int = 0

    @property
    def catalogue_db(self) -> Path:
        """Path of the catalogue database; the file can be rebuilt."""
        return self.data_dir / "catalogue.db"

    @property
    def people_db(self) -> Path:
        """Path of the user database; the file is migrated and backed up."""
        return self.data_dir / "people.db"

    @property
    def backup_dir(self) -> Path:
        """Folder of the daily backups of user data."""
        return self.data_dir / "backups"

    @property
    def model_dir(self) -> Path:
        """Folder of the fitted model."""
        return self.data_dir / "model"

    @property
    def tmdb_db(self) -> Path:
        """Path of the database that caches TMDb's responses."""
        return self.data_dir / "tmdb.db"

    @property
    def picture_dir(self) -> Path:
        """Folder that caches TMDb's pictures for the picture proxy."""
        return self.data_dir / "pictures"

    @property
    def image_host(self) -> str:
        """External host from which browsers may load pictures; empty if pictures are proxied."""
        parts = urlsplit(self.tmdb_image_url)
        return "" if self.tmdb_image_proxy else f"{parts.scheme}://{parts.netloc}"

    @property
    def imdb_dir(self) -> Path:
        """Working folder of an IMDb import; may be deleted."""
        return self.data_dir / "imdb"

    @property
    def community_file(self) -> Path:
        """Path of the file of likes from imported community ratings."""
        return self.data_dir / "community.csv.gz"

    @property
    def evaluation_file(self) -> Path:
        """Path of the latest evaluation results, shown on *How it works*."""
        return self.data_dir / "evaluation.json"


def load_settings(
    environ: Mapping[str, str] | None = None,
    *,
    secrets: Mapping[str, str] | None = None,
    arguments: Sequence[str] | None = None,
) -> Settings:
    """Read the settings from environment variables, secrets and arguments.

    Parameters
    ----------
    environ
        Environment variables; the process's own when None. They override secrets, even when
        empty.
    secrets
        Names and values of ``secrets.toml``.
    arguments
        Arguments behind ``--`` on Streamlit's command line; the process's own when None.

    Raises
    ------
    SettingsError
        If a value is invalid.
    """
    env = {**(secrets or {}), **(os.environ if environ is None else environ)}
    defaults = Settings()
    data_dir = env.get("MARQUEE_DATA_DIR", "").strip()
    return Settings(
        data_dir=Path(data_dir).expanduser().resolve() if data_dir else defaults.data_dir,
        profile_size=_positive_int(env, "MARQUEE_PROFILE_SIZE", defaults.profile_size),
        api_per_minute=_positive_int(
            env, "MARQUEE_API_PER_MINUTE", defaults.api_per_minute, most=1_000_000
        ),
        tmdb_api_key=Secret(env.get("TMDB_API_KEY", "").strip()),
        tmdb_api_url=_address(env, "TMDB_API_URL", defaults.tmdb_api_url, "/3"),
        tmdb_image_url=_address(env, "TMDB_IMAGE_URL", defaults.tmdb_image_url, "/t/p"),
        tmdb_language=_shaped(
            env, "TMDB_LANGUAGE", defaults.tmdb_language, r"[a-z]{2}(-[A-Z]{2})?", "en-US"
        ),
        tmdb_region=_shaped(env, "TMDB_REGION", defaults.tmdb_region, r"[A-Z]{2}", "US"),
        tmdb_budget_s=_seconds(env, "TMDB_BUDGET_S", defaults.tmdb_budget_s),
        tmdb_image_proxy=_switch(env, "TMDB_IMAGE_PROXY", defaults.tmdb_image_proxy),
        allow_import=_switch(env, "MARQUEE_ALLOW_IMPORT", defaults.allow_import),
        demo=wants_tour(env, arguments=arguments),
        log_as_json=_shaped(env, "MARQUEE_LOG", "text", "text|json", "json") == "json",
        metrics_port=_positive_int(env, "MARQUEE_METRICS_PORT", defaults.metrics_port, most=65_535),
    )


def wants_tour(
    environ: Mapping[str, str] | None = None,
    *,
    secrets: Mapping[str, str] | None = None,
    arguments: Sequence[str] | None = None,
) -> bool:
    """Return whether the demo tour is offered, without reading the other settings.

    Parameters
    ----------
    environ, secrets, arguments
        See `load_settings`.

    Raises
    ------
    SettingsError
        If the value is invalid.
    """
    asked = sys.argv[1:] if arguments is None else arguments
    if "--demo" in asked:
        return True
    env = os.environ if environ is None else environ
    name = "MARQUEE_DEMO"
    return _switch(env if name in env else secrets or {}, name, False)


def _positive_int(env: Mapping[str, str], name: str, default: int, *, most: int = 1000) -> int:
    raw = env.get(name, "").strip()
    if not raw:
        return default
    if not re.fullmatch(r"[0-9]{1,9}", raw) or not 1 <= int(raw) <= most:
        raise SettingsError(
            f"{name} is {raw[:40]!r}; it should be a whole number from 1 to {most}."
        )
    return int(raw)


def _address(env: Mapping[str, str], name: str, default: str, usual_path: str) -> str:
    raw = env.get(name, "").strip().rstrip("/")
    if not raw:
        return default
    # The message does not repeat the value: an address may hold a password.
    wrong = SettingsError(f"{name} should be an address like {default}, and nothing more.")
    try:
        parts = urlsplit(raw)
        port = parts.port
    except ValueError:
        raise wrong from None
    plain = not (parts.query or parts.fragment) and _PATH.fullmatch(parts.path)
    if parts.scheme not in {"http", "https"} or not _HOST.fullmatch(parts.netloc) or not plain:
        raise wrong
    if port == 0:
        raise wrong
    return f"{parts.scheme}://{parts.netloc}{parts.path or usual_path}"


def _shaped(env: Mapping[str, str], name: str, default: str, shape: str, example: str) -> str:
    raw = env.get(name, "").strip()
    if raw and not re.fullmatch(shape, raw):
        raise SettingsError(f"{name} is {raw[:40]!r}; it should look like {example}.")
    return raw or default


def _seconds(env: Mapping[str, str], name: str, default: float) -> float:
    raw = env.get(name, "").strip()
    try:
        value = float(raw) if raw else default
    except ValueError:
        value = math.nan
    if not 0 <= value <= 10:
        raise SettingsError(f"{name} is {raw[:40]!r}; it should be seconds, from 0 to 10.")
    return value


def _switch(env: Mapping[str, str], name: str, default: bool) -> bool:
    raw = env.get(name, "").strip().lower()
    words = {"": default, "0": False, "false": False, "no": False, "off": False}
    words |= {"1": True, "true": True, "yes": True, "on": True}
    if raw not in words:
        raise SettingsError(f"{name} is {raw[:40]!r}; it should be 1 or 0.")
    return words[raw]
