"""Which films exist: the bundled facts, their database, and search in it."""

from recommender.catalogue.build import Origin, build_catalogue
from recommender.catalogue.ensure import Inspection, ensure_catalogue, inspect_catalogue
from recommender.catalogue.filters import Filters, Sort
from recommender.catalogue.queries import Catalogue, Credit, SearchPage
from recommender.catalogue.soundness import forget_sound
from recommender.catalogue.tables import CatalogueTables
from recommender.catalogue.title_matches import Closeness, TitleMatch

__all__ = [
    "Catalogue",
    "CatalogueTables",
    "Closeness",
    "Credit",
    "Filters",
    "Inspection",
    "Origin",
    "SearchPage",
    "Sort",
    "TitleMatch",
    "build_catalogue",
    "ensure_catalogue",
    "forget_sound",
    "inspect_catalogue",
]
