"""The README is true: its commands are there, and so is everything it names."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from recommender.cli import main

PROJECT = Path(__file__).resolve().parents[1]
README = (PROJECT / "README.md").read_text(encoding="utf-8")
RUN = "pip install -r requirements.txt && streamlit run app.py"
TEST = "pip install -r requirements-dev.txt && pytest"
ENDINGS = r"py|md|toml|txt|csv|gz|json|png|webp|example"


def code_blocks(text: str) -> list[str]:
    return re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def named_paths(text: str) -> set[str]:
    """Return the files and folders of the repository that a text names, links included.

    A name in backticks is one of ours when it has a slash or a file's ending; what is built at
    run time (``catalogue.db``) has neither.
    """
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    links = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", prose)
    quoted = re.findall(r"`([^`\s]+)`", prose)
    ours = [q for q in quoted if re.fullmatch(rf"[\w.-]+/[\w./-]*|[\w.-]+\.(?:{ENDINGS})", q)]
    return {*links, *ours}


def commands(text: str) -> list[list[str]]:
    """Return the arguments of every ``python -m recommender`` that a text names."""
    found = re.findall(r"python -m recommender((?: [^`\n]*)?)", text)
    return [shlex.split(line, comments=True) for line in found]


@pytest.mark.parametrize("command", [RUN, TEST])
def test_the_two_commands_are_there(command: str) -> None:
    assert command in [line for block in code_blocks(README) for line in block.splitlines()]


def test_every_file_and_folder_it_names_exists() -> None:
    named = named_paths(README)
    assert named
    missing = sorted(name for name in named if not (PROJECT / name).exists())
    assert not missing, f"README.md names what is not there: {', '.join(missing)}"


def test_every_command_it_names_is_understood() -> None:
    asked = [arguments for arguments in commands(README) if arguments]
    assert asked
    for name, *rest in asked:
        # Parsing alone: options and values are checked, nothing is run.
        command = main.get_command(main.make_context("marquee", [], resilient_parsing=True), name)
        assert command is not None, f"README.md: there is no command {name}"
        command.make_context(name, rest)
        assert CliRunner().invoke(main, [name, "--help"]).exit_code == 0


def test_it_is_short_and_opens_with_a_picture_that_moves() -> None:
    assert len(README.splitlines()) <= 150
    opening = README.partition("## ")[0]
    shown = re.search(r"!\[[^]]{40,}\]\(([^)]+\.webp)\)", opening)
    assert shown, "a picture with a text for it"
    with Image.open(PROJECT / shown[1]) as picture:
        assert getattr(picture, "n_frames", 1) >= 10
        assert min(picture.size) >= 400


def test_names_are_found() -> None:
    text = "`a/b.py` `README.md` [x](docs/y.md#z) `not a path` `Word` `k.db` [w](https://e.org)\n"
    text += "```\n`in/code.py`\npython -m recommender film tt1 # why\n```\n"
    assert named_paths(text) == {"a/b.py", "README.md", "docs/y.md"}
    assert commands(text) == [["film", "tt1"]]
