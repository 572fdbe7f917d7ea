"""Files of docs/deploy, as far as they can be checked without Docker."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[2]
DEPLOY = PROJECT / "docs" / "deploy"


def instructions() -> list[list[str]]:
    """The Dockerfile's instructions as words, continued lines joined."""
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    return [line.split() for line in text.splitlines() if line and not line.startswith("#")]


def test_container_is_not_root_and_copies_existing_files() -> None:
    said = instructions()
    users = [words[1] for words in said if words[0] == "USER"]
    assert users
    assert users[-1] not in {"root", "0"}
    assert [words for words in said if words[0] == "VOLUME"] == [["VOLUME", "/data"]]
    assert any(words[0] == "HEALTHCHECK" for words in said)
    for words in said:
        if words[0] == "COPY":
            for source in words[1:-1]:
                assert (PROJECT / source).exists(), f"Dockerfile copies {source}"
    # exec form: a shell in between would swallow SIGTERM
    assert said[-1][0] == "CMD"
    assert said[-1][1].startswith("[")


def test_compose_starts_processes_on_one_volume_with_a_read_only_root() -> None:
    composed: Any = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    marquee, proxy = composed["services"]["marquee"], composed["services"]["proxy"]
    assert marquee["read_only"] is True
    assert marquee["volumes"] == ["data:/data"]
    assert "data" in composed["volumes"]
    assert marquee["deploy"]["replicas"] == "${PROCESSES:-3}"
    assert (DEPLOY / marquee["build"]["context"] / marquee["build"]["dockerfile"]).exists()
    [(source, target, _)] = [volume.split(":") for volume in proxy["volumes"]]
    assert (DEPLOY / source).exists()
    assert target == "/etc/nginx/nginx.conf"
    [port] = proxy["ports"]
    listens = re.search(r"listen (\d+);", (DEPLOY / "nginx.conf").read_text(encoding="utf-8"))
    assert listens is not None
    assert port.split(":")[1] == listens.group(1)


def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    verify = shutil.which("systemd-analyze")
    if verify is None:
        pytest.skip("No systemd here, so the unit was not looked at: apt-get install systemd")
    unit = (DEPLOY / "marquee@.service").read_text(encoding="utf-8")
    [command] = re.findall(r"^ExecStart=(\S+) (.*)$", unit, re.MULTILINE)
    assert command[0].endswith("/streamlit")
    # Neither the program nor its user are on this machine.
    unit = unit.replace(command[0], "/bin/true").replace("User=marquee", "User=root")
    (tmp_path / "marquee@.service").write_text(unit, encoding="utf-8")
    done = subprocess.run(
        [verify, "verify", "--recursive-errors=no", str(tmp_path / "marquee@8501.service")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"SYSTEMD_UNIT_PATH": f"{tmp_path}:", "PATH": "/usr/bin:/bin"},
    )
    assert done.returncode == 0, done.stderr
    assert str(tmp_path) not in done.stderr, done.stderr
