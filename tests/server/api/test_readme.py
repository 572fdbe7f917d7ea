"""The README's words on the API are true: its commands are run against the real server."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

README = Path(__file__).resolve().parents[3] / "README.md"


def commands() -> list[str]:
    section = README.read_text(encoding="utf-8").partition("## JSON API\n")[2]
    block = re.search(r"```sh\n(.*?)```", section, re.DOTALL)
    assert block is not None
    return block[1].strip().splitlines()


@pytest.mark.skipif(not shutil.which("curl"), reason="there is no curl")
def test_the_curl_commands_work(api: Any, tmp_path: Path) -> None:
    host, login, like, recommend, search = commands()
    assert host.startswith("HOST=http://localhost:")
    login = login.replace("a long enough password", "correct horse battery staple")
    login = login.replace('"ada"', '"bob"').replace("| python ", f"| {sys.executable} ")
    script = "\n".join(
        [
            "set -eu",
            f"HOST={api.url}",
            login,
            f"{like} > like.json",
            f"{recommend} -D headers.txt > recommendations.json",
            f"{search} > search.json",
        ]
    )
    subprocess.run(["sh", "-c", script], cwd=tmp_path, check=True, timeout=60)
    liked = json.loads((tmp_path / "like.json").read_text())
    assert liked == {"tconst": "tt15398776", "kinds": ["like"], "changed": True}
    films = json.loads((tmp_path / "recommendations.json").read_text())
    assert 10 <= len(films) <= 20
    assert "cold-start: true" in (tmp_path / "headers.txt").read_text().lower()
    found = json.loads((tmp_path / "search.json").read_text())
    assert found["films"][0]["primaryTitle"] == "The Godfather"
    assert api.ask("DELETE", "/interactions?tconst=tt15398776", token=api.bob).ok
