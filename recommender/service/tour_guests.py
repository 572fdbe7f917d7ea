"""Guests of tours, kept apart: what a presenter clicks must not touch anybody's own data.

They live in a file of their own, in a temporary folder that is gone with the process; so they
neither count among the people whose likes join the ranking nor come into a backup.
"""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path

from recommender.users import People


class TourGuests:
    """The guests of tours, apart from everybody else; made when the first tour begins."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._people: People | None = None

    @property
    def people(self) -> People:
        """Where the guests of tours are kept.

        Raises
        ------
        PeopleError
            If the file cannot be made.
        """
        with self._lock:
            if self._people is None:
                self._folder = tempfile.TemporaryDirectory(
                    prefix="marquee-tour-", ignore_cleanup_errors=True
                )
                self._people = People(Path(self._folder.name) / "people.db")
            return self._people

    def close(self) -> None:
        """Forget every guest."""
        with self._lock:
            if self._people is not None:
                self._people.close()
            if self._folder is not None:
                self._folder.cleanup()
            self._people = self._folder = None
