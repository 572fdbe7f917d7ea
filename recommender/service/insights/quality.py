"""Quality of the recommendations: the latest evaluation and the reliability of the match."""

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
_METRICS: Mapping[str, str] = MappingProxyType(
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
    """Results of an evaluation.

    Attributes
    ----------
    facts : films, people, targets, protocol and seed
    table : one row a recommender, one column a metric, as text
    """

    facts: Mapping[str, Any]
    table: pd.DataFrame


def load_quality(settings: Settings) -> Quality | None:
    """Return the evaluation of this installation, else the bundled one; None without either."""
    for path in (settings.evaluation_file, BUNDLED_EVALUATION):
        try:
            page = json.loads(path.read_text(encoding="utf-8"))
            return Quality(facts=page["facts"], table=_build_table(page["table"]))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return None


def load_reliability() -> pd.DataFrame:
    """Return the calibration of the match percentage on held-out people.

    Returns
    -------
    DataFrame with promised and liked (percent) and films (a count); empty for hand-set weights
    """
    tenths = load_weights().source.get("reliability", [])
    return pd.DataFrame(tenths, columns=["promised", "liked", "films"])


def _build_table(rows: Mapping[str, Mapping[str, float]]) -> pd.DataFrame:
    texts = {
        _NAMES[name]: {
            label: f"{row[metric]:.1%}" if metric in _PERCENT else f"{row[metric]:.3f}"
            for metric, label in _METRICS.items()
        }
        for name, row in ((name, rows[name]) for name in _NAMES if name in rows)
    }
    return pd.DataFrame.from_dict(texts, orient="index").rename_axis("Way of recommending")
