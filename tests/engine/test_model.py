"""Fitting, saving and loading."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recommender.engine import (
    Model,
    embedding,
    fit_model,
    load_model,
    recommend,
    save_model,
    weights,
)
from recommender.entities import Profile
from recommender.errors import ModelError

Tables = tuple[pd.DataFrame, pd.DataFrame]
LIKES = Profile(likes=("tt0000001", "tt0000004"))


def test_a_saved_model_ranks_as_before(model: Model, tmp_path: Path) -> None:
    save_model(model, tmp_path)
    for mmap in (True, False):
        loaded = load_model(tmp_path, fingerprint="tiny", mmap=mmap)
        assert recommend(loaded, LIKES) == recommend(model, LIKES)
        assert loaded.titles[0] == "Heat"


def arrays_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("edition-*/*.npy")}


@pytest.mark.parametrize("seed", [0, 1])
def test_credits_given_by_number_teach_the_same(tables: Tables, tmp_path: Path, seed: int) -> None:
    films, named = tables
    stranger = named.head(1).assign(person_id="nm_Aaron", name="Aaron")
    people = pd.concat([named, stranger])[["person_id", "name"]].drop_duplicates()
    people = people.sample(frac=1, random_state=seed).reset_index(drop=True)
    films = films.sample(frac=1, random_state=seed)
    roles = pd.DataFrame({
        "film": pd.Index(films["tconst"]).get_indexer(pd.Index(named["tconst"])),
        "person": pd.Index(people["person_id"]).get_indexer(pd.Index(named["person_id"])),
        "category": named["category"].astype("category"),
        "ordering": named["ordering"].astype("int32"),
    })  # fmt: skip
    save_model(fit_model(films, named), tmp_path / "texts")
    save_model(fit_model(films, roles, people=people), tmp_path / "numbers")
    assert arrays_of(tmp_path / "numbers") == arrays_of(tmp_path / "texts")


def test_credits_by_number_lose_those_of_a_film_listed_twice(tables: Tables) -> None:
    films, named = tables
    people = named[["person_id", "name"]].drop_duplicates().reset_index(drop=True)
    roles = pd.DataFrame(
        {"film": [0, len(films)], "person": [0, 1], "category": "cast", "ordering": 1}
    )
    fitted = fit_model(pd.concat([films, films.head(1)]), roles, people=people)
    assert fitted.n_films == len(films)
    assert fitted.people.forward.nnz == 1


def test_saving_again_replaces_and_leaves_one_edition(model: Model, tmp_path: Path) -> None:
    save_model(model, tmp_path)
    first = load_model(tmp_path)
    save_model(model, tmp_path)
    assert len(list(tmp_path.glob("edition-*"))) == 1
    assert recommend(first, LIKES) == recommend(load_model(tmp_path), LIKES)


def test_nothing_saved_says_so(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no fitted model"):
        load_model(tmp_path)


def test_a_model_of_another_catalogue_is_refused(model: Model, tmp_path: Path) -> None:
    save_model(model, tmp_path)
    with pytest.raises(ModelError, match="another catalogue"):
        load_model(tmp_path, fingerprint="other")


def test_a_model_of_another_format_is_refused(model: Model, tmp_path: Path) -> None:
    save_model(model, tmp_path)
    page = tmp_path / "model.json"
    page.write_text(json.dumps(json.loads(page.read_text()) | {"format": 0}))
    with pytest.raises(ModelError, match="format 0"):
        load_model(tmp_path)


@pytest.mark.parametrize("name", ["WEIGHTS_FILE", "EMBEDDING_FILE"])
def test_a_model_that_goes_with_other_learned_files_is_refused(
    model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    save_model(model, tmp_path / "model")
    updated = tmp_path / "updated"
    updated.write_bytes(getattr(weights, name).read_bytes() + b" ")
    monkeypatch.setattr(weights, name, updated)
    with pytest.raises(ModelError, match="other weights"):
        load_model(tmp_path / "model")


@pytest.mark.parametrize("name", ["votes.npy", "people.forward.data.npy", "titles.letters.npy"])
def test_one_flipped_byte_is_found(model: Model, tmp_path: Path, name: str) -> None:
    save_model(model, tmp_path)
    path = next(tmp_path.glob(f"edition-*/{name}"))
    content = bytearray(path.read_bytes())
    content[-1] ^= 0x01
    path.write_bytes(content)
    with pytest.raises(ModelError, match="damaged"):
        load_model(tmp_path)


def test_a_truncated_page_or_array_is_found(model: Model, tmp_path: Path) -> None:
    save_model(model, tmp_path)
    path = next(tmp_path.glob("edition-*/years.npy"))
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(ModelError, match="damaged"):
        load_model(tmp_path)
    (tmp_path / "model.json").write_text('{"format": 2')
    with pytest.raises(ModelError, match="damaged"):
        load_model(tmp_path)


def test_nothing_in_the_folder_is_a_pickle(model: Model, tmp_path: Path) -> None:
    save_model(model, tmp_path)
    arrays = list(tmp_path.glob("edition-*/*"))
    assert len(arrays) > 10
    for path in arrays:
        assert path.suffix == ".npy"
        np.load(path, allow_pickle=False)


def test_missing_columns_and_no_films_say_so(tables: Tables) -> None:
    films, credits_ = tables
    with pytest.raises(ModelError, match="numVotes"):
        fit_model(films.drop(columns="numVotes"), credits_)
    with pytest.raises(ModelError, match="no films"):
        fit_model(films.head(0), credits_)


def test_credits_weigh_director_and_lead_more_than_small_parts(model: Model) -> None:
    row = int(model.rows_of(["tt0000001"])[0])
    weight = dict(
        zip(
            model.names.take(model.people.features_of(row)),
            model.people.forward[[row]].data,
            strict=True,
        )
    )
    assert weight["Mann"] > weight["Pacino"] > weight["De Niro"] > 0


def test_rows_of_keeps_order_and_passes_over_the_unknown(model: Model) -> None:
    rows = model.rows_of(["tt0000004", "tt9999999", "tt0000001", "tt0000004", "", "ttéé"])
    assert [model.tconst(int(row)) for row in rows] == ["tt0000004", "tt0000001"]


def test_progress_runs_from_start_to_end(tables: Tables) -> None:
    shares: list[float] = []
    fit_model(*tables, progress=lambda share, what: shares.append(share) if what else None)
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)


def test_embedding_is_the_same_for_any_batch_size(
    bundled: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    learned = embedding.load_embedding()
    assert learned is not None
    projected = learned.project(bundled)
    monkeypatch.setattr(embedding, "BATCH_FILMS", 999)
    assert np.array_equal(learned.project(bundled), projected)
    names, values = embedding.film_features(bundled)
    vectors = dict(zip(learned.features, learned.vectors, strict=True))
    nothing = np.zeros(projected.shape[1], np.float32)
    moved = values @ np.array([vectors.get(name, nothing) for name in names])
    assert np.abs(moved + learned.centre - projected).max() < 1e-5
