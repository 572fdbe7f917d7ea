"""Count the files of ``recommender/`` that a like, a command and a page enter.

    python benchmarks/count_files.py

A file counts once a function of it is called; importing a module is not counted.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import logging
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

from starlette.applications import Starlette

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from benchmarks.measure import format_table  # noqa: E402

PACKAGE = str(PROJECT / "recommender") + os.sep
LIKES = ("tt0113277", "tt0068646", "tt0078748", "tt0081505", "tt0133093")
LIKE_IN_APP = "the same with all middleware"
LIKE, RECOMMEND, FOR_YOU = "like through the route", "recommend, five likes", "For you, first run"
TARGETS = {LIKE: 14, RECOMMEND: 70, FOR_YOU: 60}


@contextlib.contextmanager
def count_entered() -> Iterator[set[str]]:
    """Collect the files of the package in which a function is called, in any thread."""
    entered: set[str] = set()

    def on_event(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        imports_only = code.co_name == "<module>" or "__annotate__" in code.co_name
        if event == "call" and code.co_filename.startswith(PACKAGE) and not imports_only:
            entered.add(code.co_filename[len(PACKAGE) :])

    threading.setprofile(on_event)
    sys.setprofile(on_event)
    try:
        yield entered
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


def count_like() -> set[str]:
    """Return the files that one like enters, from the route to the commit, of a new guest."""
    from recommender.server.interaction_route import build_interaction_route  # noqa: PLC0415
    from recommender.service import get_marquee  # noqa: PLC0415

    return _post_like(Starlette(routes=[build_interaction_route(get_marquee)]))


def count_like_in_app() -> set[str]:
    """Return the files that one like enters with all middleware of the app."""
    from recommender.server import assemble_marquee  # noqa: PLC0415

    parts = assemble_marquee(secrets={}, components={}, allowed_hosts=())
    return _post_like(Starlette(routes=parts.routes, middleware=parts.middleware))


def _post_like(app: Starlette) -> set[str]:
    from recommender.server import GUEST_COOKIE  # noqa: PLC0415
    from recommender.service import get_marquee  # noqa: PLC0415
    from recommender.users import new_token  # noqa: PLC0415
    from tests.asgi import ask  # noqa: PLC0415

    get_marquee().people.list_likes()  # opened, as on a running server
    headers = {
        "host": "marquee.test",
        "origin": "http://marquee.test",
        "content-type": "application/json",
        "cookie": f"{GUEST_COOKIE}={new_token()}",
    }
    body = json.dumps({"interactions": {f"{LIKES[0]}:like": [1, True]}}).encode()
    with count_entered() as entered:
        answer = ask(app, "POST", "/app/interactions", headers=headers, body=body)
    if answer.status != 200:
        raise RuntimeError(f"The like was answered with {answer.status}.")
    return entered


def count_command() -> set[str]:
    """Return the files that ``python -m recommender recommend`` enters with five likes."""
    from recommender.cli import main as command  # noqa: PLC0415

    with count_entered() as entered, contextlib.redirect_stdout(io.StringIO()):
        command(["recommend", *LIKES], standalone_mode=False)
    return entered


def count_page() -> set[str]:
    """Return the files that the first run of For you enters, for a guest with five likes."""
    import pytest  # noqa: PLC0415
    from streamlit.testing.v1 import AppTest  # noqa: PLC0415

    from recommender.entities import InteractionKind  # noqa: PLC0415
    from recommender.server import GUEST_COOKIE  # noqa: PLC0415
    from recommender.service import get_marquee  # noqa: PLC0415
    from recommender.ui import identity  # noqa: PLC0415
    from recommender.users import new_token  # noqa: PLC0415
    from tests.pages.conftest import keep_pages_directory_off  # noqa: PLC0415

    people, token = get_marquee().people, new_token()
    user = people.open_guest(token)
    people.set_interactions(user.user_id, [(like, InteractionKind.LIKE, True) for like in LIKES])
    app = AppTest.from_file(str(PROJECT / "app.py"), default_timeout=60)
    with pytest.MonkeyPatch.context() as patch:
        keep_pages_directory_off(patch)
        patch.setattr(identity, "read_cookie", {GUEST_COOKIE: token}.get)
        with count_entered() as entered:
            app.switch_page("pages/for_you.py").run()
    if app.exception:
        raise RuntimeError("The page failed.")
    return entered


def main() -> None:
    """Print a table, and the files of each with ``--files``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", action="store_true", help="print the names of the files, too")
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        from recommender.service import close_marquee, get_marquee  # noqa: PLC0415

        os.environ["MARQUEE_DATA_DIR"] = folder
        get_marquee().prepare()
        counts: list[tuple[str, Callable[[], set[str]]]] = [
            (LIKE, count_like),
            (LIKE_IN_APP, count_like_in_app),
            (RECOMMEND, count_command),
            (FOR_YOU, count_page),
        ]
        found = {name: count() for name, count in counts}
        close_marquee()
    rows = [[name, str(len(files)), str(TARGETS.get(name, ""))] for name, files in found.items()]
    print(format_table(["what", "files entered", "target"], rows))
    if arguments.files:
        for name, files in found.items():
            print(f"\n{name}\n  " + "\n  ".join(sorted(files)))


if __name__ == "__main__":
    main()
