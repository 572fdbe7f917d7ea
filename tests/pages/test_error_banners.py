"""Pages under each fault of the data folder: they show films and say what cannot be done."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
import streamlit as st
from streamlit import config
from streamlit.testing.v1 import AppTest

from recommender.entities import InteractionKind
from recommender.errors import PeopleError
from recommender.service import Marquee, close_marquee, get_marquee
from recommender.users import keep_daily_copy
from tests.faults import as_nobody, full, held, read_only, small_disk, spoil
from tests.pages.reading import walls

READING = ("home", "search", "for_you", "film")
TASTE = ("tt0245429", "tt0119698", "tt0060196", "tt0064116", "tt0047396", "tt0052357")
LIKE = InteractionKind.LIKE

OpenPage = Callable[..., AppTest]
Like = Callable[..., None]


def films(app: AppTest) -> int:
    return sum(map(len, walls(app).values()))


def warnings(app: AppTest) -> str:
    return "\n".join(node.value for node in app.warning)


def open_all(open_page: OpenPage) -> dict[str, AppTest]:
    """Open every page that only reads; each has to show films, whatever is wrong."""
    opened = {page: open_page(page, tconst="tt0113277") for page in READING}
    said = [node.value for app in opened.values() for node in app.error]
    assert not said
    assert {page: films(app) > 0 for page, app in opened.items()} == dict.fromkeys(READING, True)
    return opened


def say_no(marquee: Marquee, token: str) -> str:
    """Return in what words a like is refused."""
    with pytest.raises(PeopleError) as refused:
        marquee.people.set_interaction(
            marquee.people.open_guest(token).user_id, "tt0113277", LIKE, on=True
        )
    return str(refused.value)


def like_on_and_on(marquee: Marquee, user_id: int) -> None:
    for number in range(200):
        marquee.people.set_interaction(user_id, f"tt1{number:07d}", LIKE, on=True)


@pytest.fixture
def begin(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], Marquee]]:
    """Open a data folder as a start of the app does."""

    def start(folder: Path) -> Marquee:
        monkeypatch.setenv("MARQUEE_DATA_DIR", str(folder))
        st.cache_data.clear()
        close_marquee()
        return get_marquee()

    yield start
    close_marquee()


@pytest.fixture
def public_folder(data_dir: Path) -> Iterator[Path]:
    """A prepared data folder that every user of this machine may enter and read."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    # Streamlit looks for secrets at home too, and another user may not look there.
    before = config.get_option("secrets.files")
    config.set_option("secrets.files", [str(folder / "secrets.toml")])
    shutil.copytree(data_dir, folder / "data")
    for path in (folder / "data", *(folder / "data").rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    yield folder / "data"
    config.set_option("secrets.files", before)
    shutil.rmtree(folder)


def test_a_full_disk_keeps_films_and_likes_readable(
    *, data_dir: Path, tmp_path: Path, begin: Callable[[Path], Marquee], marquee: Marquee,
    open_page: OpenPage, like: Like, token: str,
) -> None:  # fmt: skip
    with small_disk(tmp_path / "disk", megabytes=64) as disk:
        shutil.copytree(data_dir, disk / "data", ignore=shutil.ignore_patterns("people.db*"))
        marquee = begin(disk / "data")
        user = marquee.people.open_guest(token).user_id
        for tconst in TASTE:
            marquee.people.set_interaction(user, tconst, LIKE, on=True)
        with full(disk):
            opened = open_all(open_page)
            assert not any(warnings(app) for app in opened.values())
            # The log's last page has room for some; then the disk is asked for more.
            with pytest.raises(PeopleError, match=r"is full|could not be read or written"):
                like_on_and_on(marquee, user)
            before = marquee.people.kinds_by_film(user)
            assert set(TASTE) <= set(before)
        assert marquee.people.set_interaction(user, "tt0113277", LIKE, on=True)
        assert marquee.people.quick_check() == ()
        assert set(marquee.people.kinds_by_film(user)) == {*before, "tt0113277"}
        close_marquee()


def test_a_start_on_a_full_disk_shows_films_and_says_why_likes_are_missing(
    *, data_dir: Path, tmp_path: Path, begin: Callable[[Path], Marquee], open_page: OpenPage,
    marquee: Marquee, token: str,
) -> None:  # fmt: skip
    with small_disk(tmp_path / "disk", megabytes=64) as disk:
        shutil.copytree(data_dir, disk / "data")
        marquee = begin(disk / "data")
        marquee.people.set_interaction(
            marquee.people.open_guest(token).user_id, TASTE[0], LIKE, on=True
        )
        close_marquee()
        with full(disk):
            marquee = begin(disk / "data")
            opened = open_all(open_page)
            assert all("cannot be read or saved" in warnings(app) for app in opened.values())
        marquee = begin(disk / "data")
        assert marquee.people.load_profile(1, limit=9).likes == (TASTE[0],)
        close_marquee()


def test_a_read_only_folder_shows_films(
    begin: Callable[[Path], Marquee], public_folder: Path, open_page: OpenPage, marquee: Marquee,
    token: str,
) -> None:  # fmt: skip
    before = sorted(public_folder.rglob("*"))
    with read_only(public_folder):
        marquee = begin(public_folder)
        opened = open_all(open_page)
        assert all("people.db cannot be opened" in warnings(app) for app in opened.values())
        assert not any(str(public_folder) in warnings(app) for app in opened.values())
        assert "read and write" in say_no(marquee, token)
        close_marquee()
    assert sorted(public_folder.rglob("*")) == before


def test_files_that_may_not_be_written_show_films(
    begin: Callable[[Path], Marquee], public_folder: Path, open_page: OpenPage, marquee: Marquee,
    token: str,
) -> None:  # fmt: skip
    marquee = begin(public_folder)
    marquee.people.open_guest(token)
    close_marquee()
    public_folder.joinpath("people.db").chmod(0o600)
    with as_nobody():
        marquee = begin(public_folder)
        opened = open_all(open_page)
        assert all("cannot be read or saved" in warnings(app) for app in opened.values())
        assert "Please let Marquee" in say_no(marquee, token)
        close_marquee()


def test_a_folder_that_may_not_be_entered_is_said_in_plain_words(
    begin: Callable[[Path], Marquee], public_folder: Path, open_page: OpenPage, marquee: Marquee
) -> None:
    public_folder.chmod(0o700)
    with as_nobody():
        begin(public_folder)
        app = open_page("home")
        assert "cannot show films yet" in app.error[0].value
        assert "permission denied" in app.error[0].value
        assert "MARQUEE_DATA_DIR" in app.error[0].value
    public_folder.chmod(0o755)
    [again] = [button for button in app.button if button.label == "Try again"]
    again.click().run()
    assert films(app) > 0
    close_marquee()


def test_a_missing_folder_is_made(
    begin: Callable[[Path], Marquee],
    tmp_path: Path,
    marquee: Marquee,
    open_page: OpenPage,
    token: str,
) -> None:
    marquee = begin(tmp_path / "not" / "there")
    assert films(open_page("search")) > 0
    marquee.people.open_guest(token)
    assert (tmp_path / "not" / "there" / "people.db").is_file()
    close_marquee()


def test_a_held_lock_lets_pages_read(marquee: Marquee, open_page: OpenPage, like: Like) -> None:
    like(*TASTE)
    with held(marquee.settings.people_db):
        opened = open_all(open_page)
        assert not any(warnings(app) for app in opened.values())
        assert "Picked for you" in str(
            [node.proto.bytes or node.proto.json for node in opened["home"].get("bidi_component")]
        )


def test_damaged_people_are_left_alone_and_the_last_copy_is_offered(
    marquee: Marquee, open_page: OpenPage, like: Like, token: str
) -> None:
    like(*TASTE)
    path = marquee.settings.people_db
    keep_daily_copy(path, marquee.settings.backup_dir, today=date(2026, 3, 1))
    marquee.people.close()
    close_marquee()
    damaged = spoil(path, start=0.0)
    opened = open_all(open_page)
    for app in opened.values():
        assert "python -m recommender restore" in warnings(app)
        assert "The latest sound copy is of 1 March 2026." in warnings(app)
        assert str(path.parent) not in warnings(app)
    assert "restore" in say_no(get_marquee(), token)
    assert path.read_bytes() == damaged


def test_a_catalogue_that_breaks_in_use_is_rebuilt_under_the_page(
    marquee: Marquee, open_page: OpenPage, like: Like
) -> None:
    like(*TASTE)
    assert films(open_page("search")) > 0
    marquee.startup._done_at -= 3600  # it was looked at longer ago than a minute
    spoil(marquee.settings.catalogue_db, start=0.1)
    app = open_page("search", q="godfather")
    assert films(app) > 0
    assert not app.error
    assert marquee.catalogue.find_film("tt0068646") is not None
    # At most one rebuild a minute; a problem that remains is reported.
    marquee.settings.catalogue_db.unlink()
    assert "cannot be shown" in open_page("search", q="alien").error[0].value
    assert films(open_page("search", q="godfather")) > 0  # what was found before is kept


def test_settings_that_cannot_be_read_are_said_in_plain_words(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    close_marquee()
    monkeypatch.setenv("MARQUEE_PROFILE_SIZE", "many")
    for page, titles in (("account", ["Sign in"]), ("home", [])):
        app = open_page(page)
        assert [title.value for title in app.title] == titles
        (said,) = app.error
        assert "settings cannot be read" in said.value
        assert "many" not in said.value
