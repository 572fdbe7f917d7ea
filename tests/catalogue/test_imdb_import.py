"""Tests of the IMDb import: content, failures, and the swap under a running app."""

from __future__ import annotations

import gzip
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from recommender.catalogue import Catalogue, Origin, Sort, ensure_catalogue, inspect_catalogue
from recommender.catalogue.imdb import (
    Choice,
    ImportFacts,
    ImportProgress,
    StagedBuild,
    Step,
    Tracker,
    staged_build,
)
from recommender.engine import fit_model
from recommender.entities import InteractionKind, Profile
from recommender.errors import CatalogueError, FilmFileError, ImportStopped
from recommender.service import ImportRequest, ImportRun, Marquee, Stage, imdb_import, import_imdb
from recommender.settings import PROJECT_DIR, load_settings
from recommender.users import new_token

WriteImdb = Callable[..., Path]
PACINO, DE_NIRO, CRUISE, MANN, OTHER_CRUISE = (
    f"nm00000{n}" for n in ("01", "02", "03", "10", "11")
)


def quiet(progress: ImportProgress) -> None:
    """Ignore a progress report."""


def run(folder: Path, data: Path, **request: Any) -> ImportFacts:
    settings = load_settings({"MARQUEE_DATA_DIR": str(data)})
    return import_imdb(settings, ImportRequest(source=str(folder), **request), quiet)


@pytest.fixture(scope="module")
def imported(write_imdb: WriteImdb, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data folder of a tiny import. Copy it before a write."""
    folder = tmp_path_factory.mktemp("imdb")
    run(write_imdb(folder / "files"), folder / "data")
    return folder / "data"


@pytest.fixture
def catalogue(imported: Path) -> Iterator[Catalogue]:
    with Catalogue(imported / "catalogue.db") as opened:
        yield opened


@pytest.fixture
def data(imported: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(imported, tmp_path / "data"))


def titles(data: Path) -> list[str]:
    with Catalogue(data / "catalogue.db") as catalogue:
        return [film.label for film in catalogue.search("").films]


def test_films_are_selected_by_type_and_sorted_by_votes(catalogue: Catalogue) -> None:
    films = catalogue.search("").films
    assert [film.label for film in films] == [
        "Heat (1995)",
        "Collateral (2004)",
        "Amélie à Paris (2021)",
        "Unrated Film (1950)",
    ]
    heat, unrated = films[0], films[-1]
    assert (heat.tconst, heat.runtime_min, heat.average_rating) == ("tt0000001", 170, 8.3)
    assert heat.genres == ("Action", "Crime", "Drama")
    assert heat.writers == ("Michael Mann", "Tom Cruise")
    assert (unrated.num_votes, unrated.average_rating, unrated.runtime_min) == (0, 0.0, None)
    assert (unrated.genres, unrated.cast, unrated.directors) == ((), (), ())
    assert films[2].tconst == "tt12345678"


def test_tables_of_a_build_equal_the_tables_read(write_imdb: WriteImdb, tmp_path: Path) -> None:
    files = write_imdb(tmp_path / "files")
    with StagedBuild(tmp_path / "bench").held() as bench:
        bench.build(str(files), Choice(), Tracker(quiet, fetches=False))
        handed = bench.take_tables()
        with Catalogue(bench.database) as catalogue:
            read = catalogue.read_tables()
        with pytest.raises(CatalogueError, match="No catalogue was built"):
            bench.take_tables()
    for name in ("films", "people", "roles"):
        assert_frame_equal(getattr(handed, name), getattr(read, name))


def test_people_with_the_same_name_stay_distinct(catalogue: Catalogue) -> None:
    credits = catalogue.film_credits("tt0000001")
    found = [(c.person_id, c.name, c.category, c.ordering) for c in credits]
    assert found == [
        (MANN, "Michael Mann", "director", 1),
        (MANN, "Michael Mann", "writer", 1),
        (OTHER_CRUISE, "Tom Cruise", "writer", 2),
        # In billing order; a person listed as actor and as self appears once.
        (PACINO, "Al Pacino", "cast", 1),
        (DE_NIRO, "Robert De Niro", "cast", 2),
    ]
    (cruise,) = catalogue.film_credits("tt0000002")[1:]
    assert (cruise.person_id, cruise.name) == (CRUISE, "Tom Cruise")


def test_search_finds_imported_films(catalogue: Catalogue) -> None:
    for query, tconst in (
        ("amelie", "tt12345678"),
        ("mann 1995", "tt0000001"),
        ("colateral", "tt0000002"),
        ("1950", "tt0000005"),
        ("de niro", "tt0000001"),
        ("crime", "tt0000001"),
    ):
        assert catalogue.search(query).films[0].tconst == tconst, query


def test_imported_catalogue_has_its_origin_and_is_kept(imported: Path) -> None:
    settings = load_settings({"MARQUEE_DATA_DIR": str(imported)})
    assert (imported / "catalogue.db.sound").is_file()  # the first start need not read it whole
    before = (imported / "catalogue.db").stat().st_ino
    assert ensure_catalogue(settings).stat().st_ino == before
    meta = inspect_catalogue(settings.catalogue_db).meta
    assert meta["origin"] == Origin.IMDB
    assert meta["source"].startswith("IMDb's data sets of 20")
    assert (meta["films"], meta["people"]) == ("4", "7")
    assert list((imported / "imdb").iterdir()) == [imported / "imdb" / "import.lock"]


def test_damaged_build_is_not_swapped_in(
    data: Path, write_imdb: WriteImdb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write_badly(path: Path, *_: Any) -> None:
        path.write_bytes((data / "catalogue.db").read_bytes()[: 4096 * 5])

    before = (data / "catalogue.db").read_bytes()
    monkeypatch.setattr(staged_build, "write_database", write_badly)
    with pytest.raises(CatalogueError, match="cannot be used: the catalogue is damaged"):
        run(write_imdb(tmp_path / "files"), data)
    assert (data / "catalogue.db").read_bytes() == before


def test_left_out_films_and_credits_are_counted(write_imdb: WriteImdb, tmp_path: Path) -> None:
    facts = run(write_imdb(tmp_path / "files"), tmp_path / "data")
    assert (facts.films, facts.people) == (4, 7)
    assert facts.left_out == {
        "film for adults only": 1,
        "film without a year": 1,
        "credit without a listed name": 1,
    }
    assert facts.mended == ()


def test_each_film_left_out_is_counted_under_its_true_reason(
    write_imdb: WriteImdb, tmp_path: Path
) -> None:
    rows = [
        "tt0000001 movie Heat Heat 0 1995 \\N 170 Crime",
        "tt0000002 movie Too_Late Too_Late 0 2999 \\N 90 Drama",
        "tt0000003 movie Too_Early Too_Early 0 1500 \\N 90 Drama",
        "tt0000004 movie Shifted Shifted 1984 1984 \\N 90 Drama",
        "tt0000005 movie No_Year No_Year 0 \\N \\N 90 Drama",
        "tt0000006 movie No_Year_Too No_Year_Too 0 \\N \\N 90 Drama",
        "tt0000007 movie Adults Adults 1 2999 \\N 90 Drama",
    ]
    facts = run(write_imdb(tmp_path / "files", title_basics=rows), tmp_path / "data")
    assert facts.films == 1
    films = {reason: count for reason, count in facts.left_out.items() if "film" in reason}
    assert films == {
        "films with a year outside 1870 to 2100": 2,
        "film with an isAdult field other than 0 and 1": 1,
        "films without a year": 2,
        "film for adults only": 1,
    }


@pytest.mark.filterwarnings("error")
def test_cast_without_an_ordering_is_billed_last_in_file_order(
    write_imdb: WriteImdb, tmp_path: Path
) -> None:
    rows = [
        "tt0000001 \\N nm0000003 actor \\N \\N",
        "tt0000001 \\N nm0000002 self \\N \\N",
        "tt0000001 7 nm0000001 actor \\N \\N",
    ]
    run(write_imdb(tmp_path / "files", title_principals=rows), tmp_path / "data")
    with Catalogue(tmp_path / "data" / "catalogue.db") as catalogue:
        film = catalogue.find_film("tt0000001")
    assert film is not None
    assert film.cast == ("Al Pacino", "Tom Cruise", "Robert De Niro")


def test_unpacked_files_are_imported_beside_packed_ones(
    data: Path, write_imdb: WriteImdb, tmp_path: Path
) -> None:
    before = titles(data)
    files = write_imdb(tmp_path / "files")
    for name in ("title.basics", "name.basics", "title.crew"):
        packed = files / f"{name}.tsv.gz"
        (files / f"{name}.tsv").write_bytes(gzip.decompress(packed.read_bytes()))
        packed.unlink()
    run(files, tmp_path / "other")
    assert titles(tmp_path / "other") == before


def test_import_run_reports_its_facts(write_imdb: WriteImdb, tmp_path: Path) -> None:
    started = ImportRun(load_settings({"MARQUEE_DATA_DIR": str(tmp_path / "data")}))
    started.start(ImportRequest(source=str(write_imdb(tmp_path / "files"))))
    assert started.wait(120)
    assert (started.state.stage, started.state.text) == (Stage.DONE, "4 films are in.")
    assert started.state.facts["left_out"]["film without a year"] == 1


def test_import_respects_types_and_minimum_votes(write_imdb: WriteImdb, tmp_path: Path) -> None:
    files = write_imdb(tmp_path / "files")
    run(files, tmp_path / "data", types=("tvEpisode", "movie"), min_votes=250_000)
    assert titles(tmp_path / "data") == ["Ozymandias (2013)", "Heat (1995)", "Collateral (2004)"]


def test_import_keeps_twelve_cast_members(write_imdb: WriteImdb, tmp_path: Path) -> None:
    rows = [f"tt0000001 {20 - n} nm{n:07} actor \\N \\N" for n in range(1, 19)]
    names = [f"nm{n:07} Actor_{n} \\N \\N \\N \\N" for n in range(1, 19)]
    files = write_imdb(tmp_path / "files", title_principals=rows, name_basics=names)
    run(files, tmp_path / "data")
    with Catalogue(tmp_path / "data" / "catalogue.db") as catalogue:
        film = catalogue.find_film("tt0000001")
    assert film is not None
    assert film.cast == tuple(f"Actor {n}" for n in range(18, 6, -1))


def test_imported_model_recommends_without_another_fit(data: Path) -> None:
    marquee = Marquee(load_settings({"MARQUEE_DATA_DIR": str(data)}))
    written = (data / "model" / "model.json").read_bytes()
    picks = marquee.recommend(Profile(likes=("tt0000001",)), top_n=3)
    marquee.close()
    assert picks[0].film.tconst == "tt0000002"
    assert (data / "model" / "model.json").read_bytes() == written  # not fitted a second time


def test_import_progress_is_true_and_never_falls(write_imdb: WriteImdb, tmp_path: Path) -> None:
    files = write_imdb(tmp_path / "files")
    told: list[ImportProgress] = []
    settings = load_settings({"MARQUEE_DATA_DIR": str(tmp_path / "data")})
    import_imdb(settings, ImportRequest(source=str(files)), told.append)
    fractions = [progress.fraction for progress in told]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert list(dict.fromkeys(progress.step for progress in told)) == [
        Step.READ,
        Step.WRITE,
        Step.FIT,
        Step.SWAP,
    ]
    last = [progress for progress in told if progress.step is Step.READ][-1]
    assert last.bytes_done == last.bytes_total == sum(f.stat().st_size for f in files.iterdir())
    assert last.rows == 5 + 7 + 4 + 8 + 7


CUT = gzip.compress(b"tconst\tdirectors\twriters\n" + b"tt0000001\t\\N\t\\N\n" * 9)[:-12]
FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "cut": ({"title_crew": CUT}, "title.crew.tsv.gz is cut off"),
    "page": ({"name_basics": b"<html>no such bucket</html>"}, "name.basics.tsv.gz is a web page"),
    "row": ({"title_principals": ["tt0000001 1 nm0000001"]}, "principals.tsv.gz, line 2: 3 fields"),
    "column": ({"title_ratings": gzip.compress(b"tconst\tx\n")}, "line 1: these columns are miss"),
    "no film": ({"title_basics": []}, "None of the titles"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_invalid_file_is_named_and_the_catalogue_stays(
    data: Path, write_imdb: WriteImdb, tmp_path: Path, fault: str
) -> None:
    files, why = FAULTS[fault]
    before = (data / "catalogue.db").read_bytes()
    with pytest.raises(FilmFileError, match=why):
        run(write_imdb(tmp_path / "files", **files), data)
    assert (data / "catalogue.db").read_bytes() == before
    assert list((data / "imdb").iterdir()) == [data / "imdb" / "import.lock"]


def test_missing_imdb_file_is_named(data: Path, write_imdb: WriteImdb, tmp_path: Path) -> None:
    files = write_imdb(tmp_path / "files")
    (files / "title.crew.tsv.gz").unlink()
    with pytest.raises(FilmFileError, match=r"lacks these files: title\.crew\.tsv\.gz"):
        run(files, data)


def test_stopped_import_keeps_the_catalogue(
    data: Path, write_imdb: WriteImdb, tmp_path: Path
) -> None:
    files = write_imdb(tmp_path / "files", title_basics=["tt0000002 movie B B 0 2004 \\N 1 Drama"])
    settings = load_settings({"MARQUEE_DATA_DIR": str(data)})
    before = titles(data)
    for step in (Step.READ, Step.WRITE, Step.FIT):

        def stop(progress: ImportProgress, step: Step = step) -> None:
            if progress.step is step:
                raise ImportStopped("The import was stopped.")

        with pytest.raises(ImportStopped, match="was stopped"):
            import_imdb(settings, ImportRequest(source=str(files)), stop)
        assert titles(data) == before
    run(files, data)
    assert titles(data) == ["B (2004)"]


def test_second_import_at_once_is_refused(
    data: Path, write_imdb: WriteImdb, tmp_path: Path
) -> None:
    files = write_imdb(tmp_path / "files")
    with StagedBuild(data / "imdb").held(), pytest.raises(ImportStopped, match="under way"):
        run(files, data)
    run(files, data)


def test_full_disk_stops_the_import_and_keeps_the_catalogue(
    data: Path, write_imdb: WriteImdb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    before = (data / "catalogue.db").read_bytes()
    monkeypatch.setattr("recommender.catalogue.imdb.staged_build.write_database", full)
    with pytest.raises(CatalogueError, match=r"disk is full\. Free some space"):
        run(write_imdb(tmp_path / "files"), data)
    assert (data / "catalogue.db").read_bytes() == before


def test_import_folder_that_cannot_be_created_raises_a_plain_error(
    write_imdb: WriteImdb, tmp_path: Path
) -> None:
    (tmp_path / "data").write_text("a file where a folder should be")
    with pytest.raises(CatalogueError, match="cannot be written"):
        run(write_imdb(tmp_path / "files"), tmp_path / "data")


def test_likes_survive_an_import_without_their_films(
    data: Path, write_imdb: WriteImdb, tmp_path: Path
) -> None:
    marquee = Marquee(load_settings({"MARQUEE_DATA_DIR": str(data)}))
    user = marquee.people.open_guest(new_token()).user_id
    for tconst in ("tt0000001", "tt12345678"):
        marquee.people.set_interaction(user, tconst, InteractionKind.LIKE, on=True)
    run(write_imdb(tmp_path / "files"), data, types=("movie",))
    liked = [like.tconst for like in marquee.people.list_interactions(user, InteractionKind.LIKE)]
    assert sorted(liked) == ["tt0000001", "tt12345678"]
    assert marquee.unknown(liked) == ["tt12345678"]
    marquee.close()


def test_running_app_switches_to_the_new_catalogue_and_model(
    data: Path, write_imdb: WriteImdb, tmp_path: Path
) -> None:
    marquee = Marquee(load_settings({"MARQUEE_DATA_DIR": str(data)}))
    old = marquee.model
    row = "tt0000007 movie Thief Thief 0 1981 \\N 123 Crime"
    crew = ["tt0000001 nm0000010 \\N", "tt0000007 nm0000010 \\N"]
    basics = ["tt0000001 movie Heat Heat 0 1995 \\N 170 Crime", row]
    with marquee.catalogue._connections.lend() as connection:  # a query that is under way
        run(write_imdb(tmp_path / "files", title_basics=basics, title_crew=crew), data)
        assert connection.execute("SELECT count(*) FROM films").fetchone() == (4,)
    assert [film.label for film in marquee.catalogue.search("thief").films] == ["Thief (1981)"]
    taken_up = threading.Event()
    for _ in range(500):
        if marquee.model is not old:
            break
        taken_up.wait(0.02)
    assert marquee.model.fingerprint == marquee.catalogue.fingerprint != old.fingerprint
    picks = marquee.recommend(Profile(likes=("tt0000001",)), top_n=5)
    assert [pick.film.label for pick in picks] == ["Thief (1981)"]
    marquee.close()


def test_import_releases_credit_columns_after_use(
    data: Path, write_imdb: WriteImdb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[bool] = []

    def fit(
        films: pd.DataFrame, credits: pd.DataFrame, *, people: pd.DataFrame, **more: Any
    ) -> Any:
        watched = [weakref.ref(table) for table in (credits, people)]
        model = fit_model(films, credits, people=people, **more)
        del credits, people
        held.extend(table() is not None for table in watched)
        return model

    monkeypatch.setattr(imdb_import, "fit_model", fit)
    run(write_imdb(tmp_path / "files"), data)
    assert held == [False, False]


KILLS = int(os.environ.get("MARQUEE_IMPORT_KILLS", "4"))
"""Ten is what the acceptance asks for."""
KILLED = """
import os, shutil, signal, sys, time
from pathlib import Path
from recommender.catalogue.imdb import StagedBuild
from recommender.service import ImportRequest, import_imdb
from recommender.settings import load_settings
import recommender.service.imdb_import as module

files, data, *moments = sys.argv[1:]

def die(*args, **named):
    os.kill(os.getpid(), signal.SIGKILL)

def attempt(moment):
    calls = iter(range(10**6))
    if moment == "between":
        module.adopt_model = die
    def watch(progress):
        if moment.isdigit() and next(calls) == int(moment):
            die()
    settings = load_settings({"MARQUEE_DATA_DIR": f"{data}-{moment}"})
    import_imdb(settings, ImportRequest(source=files), watch)

def fork(moment):
    shutil.copytree(data, f"{data}-{moment}")
    child = os.fork()
    if not child:
        attempt(moment)
        os._exit(0)
    return child

begun = time.monotonic()
os.waitpid(fork("whole"), 0)
whole = time.monotonic() - begun
for moment in moments:
    child = fork(moment)
    if "." in moment:
        time.sleep(float(moment) * whole)
        os.kill(child, signal.SIGKILL)
    print(moment, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.mark.slow
def test_killed_import_keeps_a_catalogue_and_the_next_one_succeeds(
    data: Path, write_imdb: WriteImdb, tmp_path: Path
) -> None:
    # Some are killed from outside after a random part of the time that a whole import takes; the
    # others by the system at their n-th report, or between the swaps of catalogue and model.
    rng = random.Random(20261125)  # noqa: S311
    at_random = [f"{rng.uniform(0.02, 0.95):.3f}" for _ in range(KILLS)]
    reports = ["8", "16", "between"]
    old, new = titles(data), ["Heat (1995)"]
    files = write_imdb(
        tmp_path / "files", title_basics=["tt0000001 movie Heat Heat 0 1995 \\N 170 Crime"]
    )
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(files), str(data), *at_random, *reports],
        cwd=PROJECT_DIR,
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    ends = dict(line.split() for line in done.stdout.splitlines())
    killed = str(-signal.SIGKILL)
    assert [ends[moment] for moment in reports] == [killed] * len(reports), done.stderr
    killed_in_time = sum(ends[moment] == killed for moment in at_random)
    assert killed_in_time >= KILLS // 2  # the rest were done sooner
    for moment in (*at_random, *reports):
        left = Path(f"{data}-{moment}")
        settings = load_settings({"MARQUEE_DATA_DIR": str(left)})
        assert inspect_catalogue(settings.catalogue_db).healthy
        there = titles(left)
        assert there in (old, new), moment
        assert moment not in reports or there == (new if moment == "between" else old)
        marquee = Marquee(settings)  # finds the model that was not moved yet, too
        assert marquee.model.n_films == len(there)
        marquee.close()
        assert not (settings.imdb_dir / "model" / "model.json").exists() or there == old
        run(files, left)
        assert titles(left) == new
        assert [path.name for path in settings.imdb_dir.iterdir()] == ["import.lock"]


def test_search_during_a_swap_sees_the_old_or_the_new_catalogue(
    data: Path, write_imdb: WriteImdb, tmp_path: Path
) -> None:
    marquee = Marquee(load_settings({"MARQUEE_DATA_DIR": str(data)}))
    old = (4, tuple(titles(data)))
    basics = [
        "tt0000001 movie Heat Heat 0 1995 \\N 170 Crime",
        "tt0000007 movie T T 0 1981 \\N 9 War",
    ]
    files = [write_imdb(tmp_path / "new", title_basics=basics), write_imdb(tmp_path / "old")]
    over, seen, faults = threading.Event(), set(), list[BaseException]()

    def browse() -> None:
        try:
            while not over.is_set():
                page = marquee.catalogue.search("", limit=40)
                seen.add((page.total, tuple(film.label for film in page.films)))
                crime = marquee.catalogue.search("crime", sort=Sort.YEAR)
                assert crime.total == len(crime.films)
                marquee.recommend(Profile(likes=("tt0000001",)), top_n=5)
                marquee.film("tt0000001")
        except BaseException as error:
            faults.append(error)

    people = [threading.Thread(target=browse) for _ in range(3)]
    for person in people:
        person.start()
    for folder in (*files, files[0]):
        run(folder, data)
    over.set()
    for person in people:
        person.join()
    assert faults == []
    assert seen <= {old, (2, ("Heat (1995)", "T (1981)"))}
    assert len(seen) == 2
    marquee.close()


@pytest.fixture
def address(write_imdb: WriteImdb, tmp_path: Path) -> Iterator[str]:
    """A server of the tiny world's files, which are in ``tmp_path / "served"``."""
    folder = write_imdb(tmp_path / "served")

    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args, directory=str(folder))

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_import_downloads_from_an_address_and_keeps_files_on_request(
    address: str, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    settings = load_settings({"MARQUEE_DATA_DIR": str(data)})
    told: list[ImportProgress] = []
    import_imdb(settings, ImportRequest(source=address, keep_files=True), told.append)
    fetched = [progress for progress in told if progress.step is Step.FETCH]
    size = sum(path.stat().st_size for path in (tmp_path / "served").iterdir())
    assert fetched[-1].bytes_done == fetched[-1].bytes_total == size
    assert len(list(settings.imdb_dir.glob("*.tsv.gz"))) == 5
    import_imdb(settings, ImportRequest(source=address), quiet)
    assert list(settings.imdb_dir.glob("*.tsv.gz*")) == []
    assert len(titles(data)) == 4


def test_damaged_download_is_downloaded_again_next_time(address: str, tmp_path: Path) -> None:
    settings = load_settings({"MARQUEE_DATA_DIR": str(tmp_path / "data")})
    served = tmp_path / "served" / "title.crew.tsv.gz"
    sound = served.read_bytes()
    served.write_bytes(sound[:-12])
    with pytest.raises(FilmFileError, match=r"title\.crew\.tsv\.gz is cut off"):
        import_imdb(settings, ImportRequest(source=address), quiet)
    kept = {path.name for path in settings.imdb_dir.glob("*.tsv.gz")}
    assert "title.crew.tsv.gz" not in kept
    assert "title.ratings.tsv.gz" in kept
    served.write_bytes(sound)
    import_imdb(settings, ImportRequest(source=address), quiet)
    assert len(titles(tmp_path / "data")) == 4
