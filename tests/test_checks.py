"""The two checks beside the tests: known vulnerabilities, and secrets in files."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

CI = Path(__file__).resolve().parents[1] / ".ci"


def judge(*packages: dict[str, Any]) -> tuple[list[str], list[str]]:
    judged: tuple[list[str], list[str]] = runpy.run_path(str(CI / "audit"))["judge"](
        {"dependencies": list(packages)}
    )
    return judged


def test_a_known_vulnerability_is_a_finding_and_silence_is_none() -> None:
    flaw = {"id": "CVE-2026-1", "fix_versions": ["1.2.1"], "aliases": [], "description": "..."}
    findings, unknown = judge(
        {"name": "sound", "version": "3.0", "vulns": []},
        {"name": "broken", "version": "1.2.0", "vulns": [flaw, {"id": "X", "fix_versions": []}]},
        {"name": "pip", "version": "1.0", "vulns": [flaw]},
        {"name": "elsewhere", "skip_reason": "Dependency not found on PyPI"},
    )
    assert findings == [
        "broken 1.2.0: CVE-2026-1 (mended in 1.2.1)",
        "broken 1.2.0: X (mended in no version yet)",
    ]
    assert unknown == ["elsewhere"]


def test_a_list_that_cannot_be_asked_fails_nothing_and_says_so(tmp_path: Path) -> None:
    # A proxy address without a server: there is no network.
    nowhere = "http://127.0.0.1:9"
    environ = {**os.environ, "HTTPS_PROXY": nowhere, "HTTP_PROXY": nowhere, "NO_PROXY": ""}
    (tmp_path / "wanted.txt").write_text("click==8.5.1\n")
    options = ["--disable-pip", "--no-deps", "--timeout", "1", "--cache-dir", str(tmp_path / "c")]
    done = subprocess.run(
        [sys.executable, CI / "audit", *options, "-r", str(tmp_path / "wanted.txt")],
        capture_output=True,
        text=True,
        env={**environ, "https_proxy": nowhere, "no_proxy": ""},
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stdout[:11]) == (0, "NOT CHECKED"), done.stdout + done.stderr


def test_a_secret_in_a_file_fails_the_scan(tmp_path: Path) -> None:
    key = "AKIA" + "QWERTYUIOPASDFGH"  # in two parts: this file is scanned too
    (tmp_path / "settings.py").write_text(f'KEY = "{key}"\n')
    (tmp_path / "plain.py").write_text('NAME = "Marquee"\n')
    here = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    def scan(name: str) -> tuple[int, str]:
        done = subprocess.run(
            [CI / "secrets", str(tmp_path / name)],
            capture_output=True,
            text=True,
            env={**os.environ, "PATH": here},
            check=False,
        )
        return done.returncode, done.stdout

    assert scan("plain.py") == (0, "1 files, no secret\n")
    outcome, said = scan("settings.py")
    assert outcome == 1
    assert "AWS Access Key" in said
    assert key not in said


def test_the_baseline_holds_made_up_secrets_only() -> None:
    text = (CI / "secrets.baseline").read_text(encoding="utf-8")
    assert text.count('"hashed_secret"') <= 20, "look at each of them before it is let through"
