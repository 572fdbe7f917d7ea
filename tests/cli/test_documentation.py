"""``docs/cli.md`` documents every command, option and ranker."""

from __future__ import annotations

import re

import click
import pytest

from recommender.cli.program import SUMMARIES, main
from recommender.engine import RANKERS
from recommender.settings import PROJECT_DIR

PAGE = (PROJECT_DIR / "docs" / "cli.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## `([\w-]+)`\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))


def options_of(name: str) -> set[str]:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    inner = command.commands.values() if isinstance(command, click.Group) else ()
    return {
        option
        for parameter in [*command.params, *(p for c in inner for p in c.params)]
        if isinstance(parameter, click.Option)
        for option in (*parameter.opts, *parameter.secondary_opts)
    }


def test_every_command_has_a_section() -> None:
    assert list(SECTIONS) == list(SUMMARIES)


@pytest.mark.parametrize("name", SUMMARIES)
def test_section_names_all_options(name: str) -> None:
    assert set(re.findall(r"`(--[a-z-]+)", SECTIONS[name])) == options_of(name)


@pytest.mark.parametrize("name", SUMMARIES)
def test_every_command_and_option_has_help(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert command.help
    assert all(p.help for p in command.params if isinstance(p, click.Option))


def test_every_ranker_is_explained() -> None:
    assert set(re.findall(r"^\| `([\w-]+)` \|", SECTIONS["recommend"], re.MULTILINE)) == set(
        RANKERS
    )


def test_every_example_is_a_command() -> None:
    examples = re.findall(r"python -m recommender ([a-z-]+)", PAGE)
    assert set(examples) == set(SUMMARIES)
