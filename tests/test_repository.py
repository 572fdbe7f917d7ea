"""What is in the repository, and what is not."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
TOP_LEVEL = {
    *("app.py", "pages", "recommender", "data", "requirements.txt", "tests", ".streamlit"),
    *("README.md", "CHANGELOG.md", "LICENSE", "pyproject.toml", "Makefile", ".ci", "docs"),
    *("benchmarks", "requirements-dev.txt", "requirements-research.txt", ".gitignore"),
    "requirements-oidc.txt",
}
MOST_BYTES = 1_600_000
PRIVATE = {
    "a path of a private machine": r"(?<![\w./])/(?:home|Users|root|work|private)/[\w.-]+",
    "a drive of a private machine": r"\b[A-Z]:\\(?:Users|work)\b",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY",
    "a token of GitHub": r"\bgh[pousr]_[A-Za-z0-9]{30,}",
    "a key of AWS": r"\bAKIA[0-9A-Z]{16}\b",
    "a token of TMDb": r"\beyJ[\w-]{20,}\.[\w-]{20,}\.[\w-]{20,}",
    "a key of TMDb": r"(?i)api_?key[\"']?\s*[=:]\s*[\"']?[0-9a-f]{32}\b",
    "a password in an address": r"://[^/\s:@{}$]+:[^/\s:@{}$]+@",
    "an index other than PyPI": r"--(?:extra-)?index-url|--trusted-host",
}


def tracked() -> list[Path]:
    """Return the files that are, or would be, in the repository.

    In a copy without git, everything that is there counts.
    """
    asked = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(asked, cwd=PROJECT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return [path for path in PROJECT.rglob("*") if path.is_file()]
    paths = [PROJECT / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.exists()]


def text_of(path: Path) -> str | None:
    """Return a file's text, None for one that is not text."""
    data = path.read_bytes()
    return None if b"\0" in data[:8000] else data.decode("utf-8", "replace")


def private_places(text: str) -> list[tuple[int, str]]:
    """Return the lines that hold private data, and its kind."""
    return [
        (number, what)
        for number, line in enumerate(text.splitlines(), 1)
        for what, pattern in PRIVATE.items()
        if re.search(pattern, line)
    ]


def test_the_top_level_holds_what_was_agreed() -> None:
    found = {path.relative_to(PROJECT).parts[0] for path in tracked()}
    assert found - TOP_LEVEL == set()
    assert TOP_LEVEL - {".gitignore"} <= {path.name for path in PROJECT.iterdir()}


@pytest.mark.parametrize("name", ["LICENSE", "README.md", "CHANGELOG.md"])
def test_the_papers_are_there(name: str) -> None:
    assert len((PROJECT / name).read_text(encoding="utf-8").split()) > 30


@pytest.mark.parametrize("name", sorted(name for name in TOP_LEVEL if name.endswith(".txt")))
def test_direct_dependencies_are_pinned_exactly(name: str) -> None:
    lines = (PROJECT / name).read_text(encoding="utf-8").splitlines()
    wanted = [line for line in lines if line.strip() and not line.startswith(("#", "-r "))]
    assert wanted
    for line in wanted:
        assert re.fullmatch(r"[A-Za-z0-9-]+(\[[a-z,]+\])?==\d+(\.\d+)*", line), line


def test_the_makefile_names_what_is_there() -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    named = re.findall(r"[\w-]+(?:/[\w-]+)*\.(?:py|txt)\b", makefile)
    assert {"app.py", "requirements-dev.txt"} <= set(named)
    assert not [name for name in named if not (PROJECT / name).exists()]


def test_the_check_runs_what_the_readme_says() -> None:
    check = PROJECT / ".ci" / "run"
    assert check.stat().st_mode & 0o111
    lines = check.read_text(encoding="utf-8").splitlines()
    steps = ("pytest", "ruff check .", "ruff format --check .", "mypy", ".ci/audit", ".ci/secrets")
    for command in steps:
        assert f"step {command}" in lines


def test_no_file_is_large() -> None:
    large = {str(p): p.stat().st_size for p in tracked() if p.stat().st_size > MOST_BYTES}
    assert not large


def test_nothing_private_is_published() -> None:
    found = []
    for path in tracked():
        text = None if path == Path(__file__) else text_of(path)
        places = private_places(text) if text is not None else []
        found += [f"{path.relative_to(PROJECT)}:{line}: {what}" for line, what in places]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "line",
    [
        'PATH = "/home/ann/marquee"',
        r"C:\Users\ann",
        "-----BEGIN RSA PRIVATE KEY-----",
        "token = ghp_" + "a1" * 18,
        "TMDB_API_KEY=" + "0123456789abcdef" * 2,
        "https://ann:secret@example.org/simple",
        "--index-url https://example.org/simple",
    ],
)
def test_what_is_private_is_noticed(line: str) -> None:
    assert private_places(f"first\n{line}\n")[0][0] == 2


def test_what_marquee_builds_is_never_tracked() -> None:
    built = re.compile(r"\.(db|db-wal|db-shm|pyc|pkl|pickle|log)$|(^|/)secrets\.toml$")
    assert not [str(path) for path in tracked() if built.search(path.as_posix())]
