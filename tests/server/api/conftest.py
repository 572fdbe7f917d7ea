"""The JSON API of a running ``streamlit run app.py``, with two users and a guest."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from benchmarks.serving import PROJECT, serve
from recommender.entities import InteractionKind
from recommender.server import GUEST_COOKIE
from recommender.users import People, new_token

ADAS_FILMS = ("tt0076759", "tt0080684", "tt0086190", "tt0082971", "tt0088763", "tt0103064")
PASSWORD = "correct horse battery staple"  # noqa: S105 - of a made-up person


@dataclass(frozen=True, kw_only=True)
class Api:
    """A running API. ``ada`` likes six films, ``bob`` none; ``guest`` has hidden one."""

    url: str
    data_dir: Path
    ada: str
    bob: str
    guest: str

    def ask(
        self, method: str, path: str, *, token: str | None = None, **options: Any
    ) -> requests.Response:
        """Return the answer to one request, with a bearer token when one is given."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers |= options.pop("headers", {})
        return requests.request(
            method,
            f"{self.url}{path}",
            headers=headers,
            timeout=20,
            allow_redirects=False,
            **options,
        )

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.ask("GET", path, **options)

    def as_guest(self, method: str, path: str, **options: Any) -> requests.Response:
        """Return the answer to a request with the guest's cookie."""
        return self.ask(method, path, cookies={GUEST_COOKIE: self.guest}, **options)


@pytest.fixture(scope="session")
def api(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    folder = tmp_path_factory.mktemp("api")
    own = folder / "data"
    shutil.copytree(data_dir, own)
    people = People(own / "people.db")
    try:
        tokens = {}
        for name in ("Ada", "Bob"):
            user = people.accounts.sign_up(name, PASSWORD).user
            tokens[name] = people.accounts.create_token(user.user_id, "tests")
            if name == "Ada":
                likes = [(tconst, InteractionKind.LIKE, True) for tconst in ADAS_FILMS]
                people.set_interactions(user.user_id, likes)
        guest = new_token()
        hidden = [("tt0111161", InteractionKind.HIDE, True)]
        people.set_interactions(people.open_guest(guest).user_id, hidden)
    finally:
        people.close()
    environ = {
        "MARQUEE_DATA_DIR": str(own),
        "MARQUEE_API_PER_MINUTE": "1000000",
        "TMDB_API_KEY": "",
        "HOME": str(folder),
    }
    with serve(PROJECT / "app.py", folder=PROJECT, log=folder / "log", environ=environ) as running:
        wait_until_ready(running.address)
        yield Api(
            url=running.address, data_dir=own, ada=tokens["Ada"], bob=tokens["Bob"], guest=guest
        )


def wait_until_ready(url: str) -> None:
    """Retry until the API no longer answers 503."""
    for _ in range(60):
        if requests.get(f"{url}/api/onboarding/trending", timeout=60).status_code == 200:
            return
    raise AssertionError("the API was not ready in two minutes")
