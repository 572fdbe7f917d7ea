"""Names of the columns of exports, in the languages of the exports."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from enum import StrEnum


class Column(StrEnum):
    """A known column."""

    TCONST = "tconst"
    TITLE = "title"
    OTHER_TITLE = "original title"
    YEAR = "year"
    RATING = "rating"
    RATING_OF_TEN = "rating of ten"
    DATE = "date"
    WATCHED = "watched date"
    MODIFIED = "modified"
    KIND = "kind"
    TYPE = "title type"
    DIRECTORS = "directors"
    POSITION = "position"
    URI = "letterboxd uri"
    DESCRIPTION = "description"
    MOVIE = "movie id"
    PERSON = "user id"


Places = Mapping[Column, int]

# Lower case, letters and digits only, without accents.
_NAMES: dict[Column, tuple[str, ...]] = {
    Column.TCONST: ("tconst", "const", "imdbid", "imdb", "imdbtitleid", "titleconst"),
    Column.TITLE: (
        *("title", "name", "primarytitle", "film", "movie", "filmtitle", "movietitle"),
        *("titel", "titre", "titulo", "titolo"),
    ),
    Column.OTHER_TITLE: (
        *("originaltitle", "originaltitel", "titreoriginal", "titreenversionoriginale"),
        *("titulooriginal", "titolooriginale"),
    ),
    Column.YEAR: (
        *("year", "startyear", "releaseyear", "jahr", "erscheinungsjahr", "annee"),
        *("anneedesortie", "ano", "anodeestreno", "anno", "annodiuscita", "anodelancamento"),
    ),
    Column.RATING: (
        *("yourrating", "rating", "myrating", "userrating", "deinebewertung", "ihrebewertung"),
        *("meinebewertung", "bewertung", "votrenote", "votreevaluation", "manote", "note"),
        *("tucalificacion", "sucalificacion", "tupuntuacion", "tuvaloracion", "calificacion"),
        *("latuavalutazione", "iltuovoto", "valutazione", "voto", "suaavaliacao", "suanota"),
        *("avaliacao", "nota"),
    ),
    Column.RATING_OF_TEN: ("rating10",),
    Column.DATE: (
        *("daterated", "date", "dateadded", "created", "createdat", "timestamp", "datum"),
        *("bewertungsdatum", "datumderbewertung", "bewertetam", "erstellt", "erstelltam"),
        *("datedelanote", "datedenotation", "datedevotation", "datedevaluation", "cree", "creele"),
        *("fechadecalificacion", "fechadepuntuacion", "fechadevaloracion", "fecha", "creado"),
        *("datavalutazione", "datadellavalutazione", "datadivoto", "data", "creato"),
        *("datadaavaliacao", "datadeavaliacao", "criado", "criadoem"),
    ),
    Column.WATCHED: ("watcheddate", "datewatched", "watchedat"),
    Column.MODIFIED: ("modified", "geandert", "modifie", "modificado", "modificato"),
    Column.KIND: ("kind",),
    Column.TYPE: (
        *("titletype", "titeltyp", "titelart", "typedetitre", "tipodetitulo", "tipodititolo"),
        *("tipotitolo",),
    ),
    Column.DIRECTORS: (
        *("directors", "director", "regisseure", "regie", "realisateurs", "realisateur"),
        *("directores", "registi", "regista", "diretores"),
    ),
    Column.POSITION: ("position", "posicion", "posizione", "posicao"),
    Column.URI: ("letterboxduri", "letterboxdurl"),
    Column.DESCRIPTION: ("description", "beschreibung", "descripcion", "descrizione", "descricao"),
    Column.MOVIE: ("movieid",),
    Column.PERSON: ("userid",),
}
_COLUMN_OF = {name: column for column, names in _NAMES.items() for name in names}
_LETTERS = re.compile(r"[^\W_]+")
TCONST_CELL = re.compile(r"\s*(?:https?://[\w.]*imdb\.com/(?:\w\w/)?title/)?(tt\d{7,10})\b", re.A)
_RATING_CELL = re.compile(r"(?:10|[1-9])(?:[.,]0)?|")


def find_places(header: Sequence[str]) -> dict[Column, int]:
    """Return the position of each column with a known name; the first of equal names."""
    places: dict[Column, int] = {}
    for place, cell in enumerate(header):
        column = _COLUMN_OF.get(plain_name(cell))
        if column is not None:
            places.setdefault(column, place)
    return places


def plain_name(text: str) -> str:
    """Return a column's name in lower case, with letters and digits only, without accents."""
    spread = unicodedata.normalize("NFKD", text[:100].casefold())
    kept = "".join(c for c in spread if not unicodedata.combining(c))
    return "".join(_LETTERS.findall(kept))


def place_by_content(rows: Sequence[Sequence[str]]) -> dict[Column, int]:
    """Return the columns that are recognised by their cells: ids and what is beside them.

    IMDb's ratings have the id first, then the rating and its date; its lists have a position
    before the id and the date after it.

    Parameters
    ----------
    rows
        The first rows below the header.
    """
    width = min((len(row) for row in rows), default=0)
    for place in range(width):
        cells = [row[place] for row in rows]
        if all(TCONST_CELL.match(cell) for cell in cells):
            places = {Column.TCONST: place}
            break
    else:
        return {}
    after = place + 1
    if place == 0 and after < width and all(_RATING_CELL.fullmatch(row[after]) for row in rows):
        places |= {Column.RATING: after, Column.DATE: after + 1}
    elif place == 1 and all(row[0].strip().isdecimal() for row in rows):
        places |= {Column.POSITION: 0, Column.DATE: after}
    return places
