"""The key of TMDb from where the app finds it too: Streamlit's file of secrets."""

from __future__ import annotations

import tomllib
from pathlib import Path

from recommender.errors import SettingsError
from recommender.settings import PROJECT_DIR

_NAME = Path(".streamlit") / "secrets.toml"


def read_secrets_file(*folders: Path) -> dict[str, str]:
    """Return the plain values of the files of secrets there are; the last file wins.

    Parameters
    ----------
    folders
        Where to look; the home folder and the project when none are given, as Streamlit does.

    Raises
    ------
    SettingsError
        If a file is there and cannot be read. What is in it is not repeated.
    """
    found: dict[str, str] = {}
    for folder in folders or (Path.home(), PROJECT_DIR):
        path = folder / _NAME
        if not path.is_file():
            continue
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise SettingsError(f"{path} cannot be read; it should be TOML.") from None
        found |= {k: str(v) for k, v in values.items() if isinstance(v, str | int | float)}
    return found
