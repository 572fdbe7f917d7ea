"""The film catalogue: its database file, search, and import."""

from recommender.catalogue.build import Origin, build_catalogue
from recommender.catalogue.catalogue import Catalogue, Credit, SearchPage
from recommender.catalogue.ensure import ensure_catalogue
from recommender.catalogue.integrity import Inspection, forget_verified, inspect_catalogue
from recommender.catalogue.search.filters import Filters, Sort
from recommender.catalogue.search.title_matches import Closeness, TitleMatch
from recommender.catalogue.tables import CatalogueTables

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
    "forget_verified",
    "inspect_catalogue",
]
