"""What keeps the suite quick and honest: the order of files, what is shared, what is skipped."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.conftest import LONGEST_FIRST, find_chromium
from tests.once import kept_as_it_is, make_once

TESTS = Path(__file__).parent
SKIPS = {
    "requirements-research.txt is not installed",
    "limits of file size are Unix's",
}
"""Every reason for which a test may be left out, beside a missing Chromium."""
FAILING = re.compile(r"(raises|^expect|\.wait_for(_\w+)?|assert_\w+)$")
"""Calls that fail a test when what they wait or ask for is not so."""


def test_the_files_that_go_first_are_there() -> None:
    assert len(set(LONGEST_FIRST)) == len(LONGEST_FIRST)
    assert [name for name in LONGEST_FIRST if not (TESTS / f"{name}.py").exists()] == []


@pytest.mark.parametrize(
    ("ci", "outcome"), [("true", pytest.fail.Exception), ("", pytest.skip.Exception)]
)
def test_a_missing_chromium_is_a_failure_where_it_must_be_there(
    ci: str, outcome: type[BaseException], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(outcome, match="apt-get install chromium"):
        find_chromium()


def test_all_browser_tests_have_the_one_rule() -> None:
    launching = {
        path.relative_to(TESTS).as_posix()
        for path in TESTS.rglob("*.py")
        if ".chromium.launch(" in path.read_text(encoding="utf-8")
    }
    assert launching - {"test_suite.py"} == {"conftest.py"}


def test_nothing_is_left_out_for_another_reason() -> None:
    said = {
        reason
        for path in TESTS.rglob("test_*.py")
        for reason in re.findall(
            r"""(?:importorskip|skipif|mark\.skip|pytest\.skip)\([^)]*?reason=["'](.+?)["']\)""",
            path.read_text(encoding="utf-8"),
        )
    }
    assert said == SKIPS


def asserting(tree: ast.AST) -> bool:
    """Return whether something in a piece of code can fail a test."""
    return any(
        isinstance(node, ast.Assert)
        or (isinstance(node, ast.Call) and FAILING.search(ast.unparse(node.func)))
        for node in ast.walk(tree)
    )


def test_every_test_can_fail() -> None:
    """Each asserts something itself or by a function of its file."""
    empty = []
    for path in TESTS.rglob("test_*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        asserted = {function.name for function in functions if asserting(function)}
        for function in functions:
            calls = {ast.unparse(n.func) for n in ast.walk(function) if isinstance(n, ast.Call)}
            if function.name.startswith("test_") and not {function.name, *calls} & asserted:
                empty.append(f"{path.relative_to(TESTS)}: {function.name}")
    assert empty == []


def test_what_is_made_once_is_whole_and_noticed_when_written_to(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    def fail(folder: Path) -> None:
        (folder / "half").touch()
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        make_once(tmp_path_factory, "tried", fail)
    made = make_once(tmp_path_factory, "tried", lambda folder: (folder / "whole").write_text("1"))
    assert [path.name for path in made.iterdir()] == ["whole"]
    assert make_once(tmp_path_factory, "tried", fail) == made
    with (
        pytest.raises(AssertionError, match="which all tests share"),
        kept_as_it_is(made) as folder,
    ):
        (folder / "more").touch()
