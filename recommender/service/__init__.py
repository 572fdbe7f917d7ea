"""Application layer: what pages, routes and commands share."""

from recommender.service.app_instance import (
    close_marquee,
    configure,
    get_marquee,
    readiness_error,
)
from recommender.service.community import import_ratings, learn_community
from recommender.service.daily_jobs import build_daily_job, find_latest_copy_day
from recommender.service.enrichment import Enrichments, build_media_payload
from recommender.service.history import (
    HistoryPreview,
    export_history,
    plan_history,
    preview_history,
)
from recommender.service.home import (
    Row,
    adapt_wall,
    build_browse_rows,
    build_home_rows,
    list_first_wall,
    list_starters,
)
from recommender.service.imdb_import import (
    ImportRequest,
    ImportRun,
    ImportState,
    get_import_run,
    import_imdb,
)
from recommender.service.insights.pair_tables import (
    build_alike_rows,
    build_contribution_table,
    build_similarity_table,
)
from recommender.service.insights.profile_tables import (
    build_decade_table,
    build_genre_table,
    build_length_table,
    build_people_table,
)
from recommender.service.insights.quality import load_quality, load_reliability
from recommender.service.insights.taste_map import LIKE, NEAR, PICK, TasteMap, build_taste_map
from recommender.service.insights.what_if import DEPTH, Changes, compare_ranks, leave_out
from recommender.service.marquee import ALL_LIKES, Marquee
from recommender.service.model_loader import load_or_fit_model
from recommender.service.personas import (
    PERSONAS,
    Persona,
    apply_persona,
    find_applied_persona,
    remove_persona,
)
from recommender.service.startup import Stage
from recommender.service.tour import STEPS, TOUR_FILM, Step, find_pick_to_show, prepare_step

__all__ = [
    "ALL_LIKES",
    "DEPTH",
    "LIKE",
    "NEAR",
    "PERSONAS",
    "PICK",
    "STEPS",
    "TOUR_FILM",
    "Changes",
    "Enrichments",
    "HistoryPreview",
    "ImportRequest",
    "ImportRun",
    "ImportState",
    "Marquee",
    "Persona",
    "Row",
    "Stage",
    "Step",
    "TasteMap",
    "adapt_wall",
    "apply_persona",
    "build_alike_rows",
    "build_browse_rows",
    "build_contribution_table",
    "build_daily_job",
    "build_decade_table",
    "build_genre_table",
    "build_home_rows",
    "build_length_table",
    "build_media_payload",
    "build_people_table",
    "build_similarity_table",
    "build_taste_map",
    "close_marquee",
    "compare_ranks",
    "configure",
    "export_history",
    "find_applied_persona",
    "find_latest_copy_day",
    "find_pick_to_show",
    "get_import_run",
    "get_marquee",
    "import_imdb",
    "import_ratings",
    "learn_community",
    "leave_out",
    "list_first_wall",
    "list_starters",
    "load_or_fit_model",
    "load_quality",
    "load_reliability",
    "plan_history",
    "prepare_step",
    "preview_history",
    "readiness_error",
    "remove_persona",
]
