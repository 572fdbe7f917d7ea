"""Environment -> one frozen ``Settings``. No streamlit here: ``ui`` hands secrets in."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from recommender.errors import SettingsError

PROJECT_DIR = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """Everything that can be set, with defaults that work without any.

    Attributes
    ----------
    data_dir
        Folder of the databases and the fitted model (``MARQUEE_DATA_DIR``).
    catalogue_file
        The bundled facts the catalogue is built from.
    profile_size
        How many of the latest likes make a profile (``MARQUEE_PROFILE_SIZE``).
    enough_likes
        From this many likes on, the onboarding wall gives way to rows.
    gallery_size
        How many recommendations a gallery shows.
    """

    data_dir: Path = PROJECT_DIR / "data"
    catalogue_file: Path = PROJECT_DIR / "data" / "films.csv.gz"
    profile_size: int = 15
    enough_likes: int = 5
    gallery_size: int = 24

    @property
    def catalogue_db(self) -> Path:
        """The catalogue: built, replaceable."""
        return self.data_dir / "catalogue.db"

    @property
    def people_db(self) -> Path:
        """People's data: precious, migrated, backed up."""
        return self.data_dir / "people.db"

    @property
    def model_dir(self) -> Path:
        """The fitted model, one folder."""
        return self.data_dir / "model"

    @property
    def community_file(self) -> Path:
        """Likes among imported community ratings."""
        return self.data_dir / "community.csv.gz"

    @property
    def evaluation_file(self) -> Path:
        """The table of the last evaluation, which How it works shows."""
        return self.data_dir / "evaluation.json"


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings that the environment asks for.

    Parameters
    ----------
    environ
        Names and values; the process's own environment when None.

    Raises
    ------
    SettingsError
        If a number is not one, or out of range.
    """
    env = os.environ if environ is None else environ
    defaults = Settings()
    data_dir = env.get("MARQUEE_DATA_DIR", "").strip()
    return Settings(
        data_dir=Path(data_dir).expanduser().resolve() if data_dir else defaults.data_dir,
        profile_size=_positive_int(env, "MARQUEE_PROFILE_SIZE", defaults.profile_size),
    )


def _positive_int(env: Mapping[str, str], name: str, default: int) -> int:
    raw = env.get(name, "").strip()
    if not raw:
        return default
    if not raw.isascii() or not raw.isdigit() or not 1 <= int(raw) <= 1000:
        raise SettingsError(f"{name} is {raw!r}; it should be a whole number from 1 to 1000.")
    return int(raw)
