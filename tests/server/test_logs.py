"""Secrets never appear in the debug log of a real server, also while requests fail."""

from __future__ import annotations

import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import requests

from benchmarks.serving import PROJECT, serve
from benchmarks.websocket import Visitor
from tests.faults import spoil

KEY = "eyJ" + "canaryofakey" * 6
PASSWORD = "canary of a password, long"  # noqa: S105 - made up
WRONG = "canary of a wrong password"
MADE_UP = "marquee_" + "canaryofatoken" * 3 + "c"


def use_everything(address: str, jar: requests.Session, tokens: list[str]) -> None:
    """Ask for all that secrets go into, whatever the answer."""
    own = {"Origin": address}
    jar.post(f"{address}/sign-in", data={"name": "ada", "password": PASSWORD}, headers=own)
    jar.post(f"{address}/sign-in", data={"name": "ada", "password": WRONG}, headers=own)
    jar.post(
        f"{address}/change-password",
        data={"password": WRONG, "new_password": PASSWORD},
        headers=own,
    )
    login = requests.post(
        f"{address}/api/login", json={"name": "ada", "password": PASSWORD}, timeout=30
    )
    if login.status_code == 200:
        tokens.append(login.json()["access_token"])
    for token in (*tokens, MADE_UP):
        bearer = {"Authorization": f"Bearer {token}"}
        for method, path in (("GET", "/api/me"), ("GET", "/recommendations")):
            requests.request(method, f"{address}{path}", headers=bearer, timeout=60)
        body = {"tconst": "tt0113277"}
        requests.post(f"{address}/api/interactions", json=body, headers=bearer, timeout=60)
    jar.get(f"{address}/")
    cookie = "; ".join(f"{name}={value}" for name, value in jar.cookies.items())
    with Visitor(address, cookie=cookie) as tab:
        tab.rerun()


def test_log_holds_no_secret(data_dir: Path, tmp_path: Path) -> None:
    own, log, tokens = tmp_path / "data", tmp_path / "log", list[str]()
    shutil.copytree(data_dir, own)
    environ = {
        "MARQUEE_DATA_DIR": str(own),
        "STREAMLIT_LOGGER_LEVEL": "debug",
        "TMDB_API_KEY": KEY,
        "TMDB_API_URL": "http://127.0.0.1:9",  # no server: every look-up fails and is logged
        "TMDB_IMAGE_URL": "http://127.0.0.1:9",
        "HOME": str(tmp_path),
    }
    with (
        serve(PROJECT / "app.py", folder=PROJECT, log=log, environ=environ) as running,
        requests.Session() as jar,
    ):
        address = running.address
        while requests.get(f"{address}/readyz", timeout=60).status_code != 200:
            time.sleep(0.1)
        jar.get(f"{address}/")
        signed_up = jar.post(
            f"{address}/sign-up",
            data={"name": "ada", "password": PASSWORD},
            headers={"Origin": address},
            allow_redirects=False,
        )
        assert signed_up.status_code == 303, signed_up.text
        use_everything(address, jar, tokens)
        assert tokens
        secrets = {KEY, PASSWORD, WRONG, MADE_UP, *tokens, *jar.cookies.values()}
        with closing(sqlite3.connect(own / "people.db", timeout=30)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        spoil(own / "people.db", start=0.05)
        use_everything(address, jar, tokens)
    said = log.read_text(encoding="utf-8", errors="replace")
    assert "is damaged" in said, "the log is the one that tells of faults"
    assert "RuntimeState" in said, "and says what only the most talkative level does"
    assert len(secrets) >= 6
    assert [secret[:16] for secret in secrets if secret in said] == []
    assert "canary" not in said
