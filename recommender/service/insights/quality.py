"""How good the recommendations are: the last evaluation and the match's reliability, as tables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pandas as pd

from recommender.engine import load_weights
from recommender.settings import PROJECT_DIR, Settings

BUNDLED_EVALUATION = PROJECT_DIR / "data" / "evaluation.json"
_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "popularity": "The most popular films",
        "weighted-rating": "The best rated films",
        "seed-single": "Like the last film liked",
        "seed-profile": "Like the average of all likes",
        "item-knn": "Films liked together (item k-NN)",
        "ease": "Films liked together (EASE)",
        "implicit-bpr": "Films ranked by others' likes (BPR)",
        "marquee, no embedding": "Marquee, from films' facts alone",
        "marquee": "Marquee",
        "marquee, hidden gems": "Marquee, dial at hidden gems",
        "hybrid": "Marquee, once many people use it",
    }
)
_MEASURES: Mapping[str, str] = MappingProxyType(
    {
        "hit@20": "Found at least one",
        "recall@20": "Found of all",
        "ndcg@10": "NDCG@10",
        "tail recall@20": "Found of the lesser known",
        "coverage": "Films ever shown",
    }
)
_PERCENT = ("hit@20", "recall@20", "tail recall@20", "coverage")


@dataclass(frozen=True, kw_only=True)
class Quality:
    """What How it works shows.

    Attributes
    ----------
    facts
        Films, people and targets of the evaluation, its protocol and seed.
    table
        One row a way of recommending, in words; one column a measure.
    """

    facts: Mapping[str, Any]
    table: pd.DataFrame


def load_quality(settings: Settings) -> Quality | None:
    """Return the last evaluation made here, else the one that ships; None when neither reads.

    Parameters
    ----------
    settings
        Says where an evaluation made here would be.
    """
    for path in (settings.evaluation_file, BUNDLED_EVALUATION):
        try:
            page = json.loads(path.read_text(encoding="utf-8"))
            return Quality(facts=page["facts"], table=_build_table(page["table"]))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return None


def load_reliability() -> pd.DataFrame:
    """Return what a match promised beside how many films were liked, on people held out.

    Returns
    -------
    DataFrame with promised and liked (percent) and films (a count); empty when the weights in
    use were set by hand
    """
    tenths = load_weights().source.get("reliability", [])
    return pd.DataFrame(tenths, columns=["promised", "liked", "films"])


def _build_table(rows: Mapping[str, Mapping[str, float]]) -> pd.DataFrame:
    said = {
        _NAMES[name]: {
            words: f"{row[measure]:.1%}" if measure in _PERCENT else f"{row[measure]:.3f}"
            for measure, words in _MEASURES.items()
        }
        for name, row in ((name, rows[name]) for name in _NAMES if name in rows)
    }
    return pd.DataFrame.from_dict(said, orient="index").rename_axis("Way of recommending")
