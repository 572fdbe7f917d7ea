"""``doctor``: how everything is, and what to do where something is broken."""

from __future__ import annotations

import textwrap

import click

from recommender.cli.checkup import examine, program_version
from recommender.cli.layout import WIDTH
from recommender.settings import load_settings

_NAME_WIDTH = 18


@click.command("doctor")
@click.pass_context
def command(ctx: click.Context) -> None:
    """Check that everything Marquee needs is there and sound; change nothing.

    Ends with exit code 1 when something is broken, and says what to do.
    """
    findings = examine(load_settings())
    click.echo(program_version())
    for finding in findings:
        mark = "!" if finding.broken else " "
        first = f"{mark} {finding.what:<{_NAME_WIDTH - 2}}"
        _echo_wrapped(finding.text, first)
        if finding.advice:
            _echo_wrapped(finding.advice, f"{' ' * _NAME_WIDTH}-> ")
    broken = [finding.what for finding in findings if finding.broken]
    if broken:
        click.echo(f"Broken: {', '.join(broken)}.")
        ctx.exit(1)
    click.echo("Everything is sound.")


def _echo_wrapped(text: str, first: str) -> None:
    lines = textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=" " * len(first),
        break_long_words=False,
        break_on_hyphens=False,
    )
    click.echo("\n".join(lines))
