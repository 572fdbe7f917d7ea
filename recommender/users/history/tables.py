"""Parsing of CSV files: detection of encoding, separator and columns; formula escaping."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from recommender.errors import HistoryFileError


class Column(StrEnum):
    """Column of a history file that Marquee reads."""

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


MOST_ROWS = 50_000

_SEPARATORS = ",;\t|"
_PREAMBLE = 20  # maximum number of lines above the header
_LONGEST_CELL = 2_000
_LONGEST_HEADER = 5_000  # characters of a line
_LONGEST_LINE = 200_000
_MOST_LINES = 200_000  # with empty lines and line breaks in cells
_FILM_COLUMNS = ({Column.TCONST}, {Column.MOVIE}, {Column.TITLE})

# Characters that start a spreadsheet formula, including full-width forms.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")  # noqa: RUF001
_ESCAPED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")  # noqa: RUF001

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

Row = tuple[int, list[str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """Parsed CSV table: column positions and the rows below the header.

    Attributes
    ----------
    name
        Name of the file.
    places
        Position of each known column.
    rows
        Line number and cells, in the order of the file, without empty lines.
    """

    name: str
    places: dict[Column, int]
    rows: tuple[Row, ...]

    def cell(self, row: Sequence[str], column: Column) -> str:
        """Return a row's cell in a column without outer spaces; "" if it does not exist."""
        place = self.places.get(column)
        if place is None or place >= len(row):
            return ""
        return unescape_formula(row[place][:_LONGEST_CELL]).strip().replace("\x00", "")

    def cells(self, column: Column) -> Iterator[str]:
        """Yield the cell of each row in a column."""
        return (self.cell(row, column) for _, row in self.rows)


def escape_formula(text: str) -> str:
    """Prefix text with an apostrophe if a spreadsheet would run it as a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def unescape_formula(text: str) -> str:
    """Remove the apostrophe added by `escape_formula`."""
    return text[1:] if _ESCAPED.match(text) else text


def read_text(name: str, data: bytes) -> str:
    """Decode a text file: UTF-16 with a byte order mark, else UTF-8, else Windows-1252."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = data.decode("utf-16", "replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            # Spreadsheets on Windows write Windows-1252; five of its bytes are undefined.
            text = data.decode("cp1252", "replace")
    head = text[:4_000]
    if sum(ord(c) < 32 and c not in "\t\r\n\f" for c in head) > len(head) / 50:
        raise HistoryFileError(f"{name} is not a text file. Marquee reads CSV, JSON and zip files.")
    return text


def read_table(name: str, text: str) -> Table | None:
    """Parse a CSV text into a `Table`; return None if no column identifies films."""
    first = islice(io.StringIO(text, newline=""), _PREAMBLE)
    head = [line[:_LONGEST_HEADER].rstrip("\r\n") for line in first]
    best: tuple[int, str, int] = (0, ",", 0)
    for separator in _SEPARATORS:
        for number, line in enumerate(head):
            score = _score(find_places(_split(line, separator)))
            # Of equal scores the later line wins: a list's title line also looks like a header.
            if score and score >= best[0]:
                best = (score, separator, number)
    score, separator, number = best
    if score == 0:
        return _read_headless(name, text, head)
    rows = _read_rows(name, text, separator, skip=number)
    if not rows:
        return None
    places = find_places(rows[0][1])
    below = tuple(rows[1:])
    if not {Column.RATING, Column.POSITION, Column.KIND, Column.MOVIE} & set(places):
        for column, place in place_by_content([cells for _, cells in below[:_PREAMBLE]]).items():
            places.setdefault(column, place)
    return Table(name=name, places=places, rows=below)


def _score(places: dict[Column, int]) -> int:
    """Return a score of how well a header's columns identify films; 0 if they cannot."""
    if not any(names <= set(places) for names in _FILM_COLUMNS):
        return 0
    certain = {Column.TCONST, Column.YEAR, Column.MOVIE} & set(places)
    return len(places) + (10 if certain else 0)


def _read_headless(name: str, text: str, head: Sequence[str]) -> Table | None:
    """Parse a table without a known header by finding the column of IMDb ids."""
    for separator in _SEPARATORS:
        sample = [cells for line in head if (cells := _split(line, separator))]
        for skipped in (0, 1):
            places = place_by_content(sample[skipped:]) if len(sample) > skipped else {}
            if places:
                rows = _read_rows(name, text, separator)
                return Table(name=name, places=places, rows=tuple(rows[skipped:]))
    return None


def _split(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []


def _read_rows(name: str, text: str, separator: str, *, skip: int = 0) -> list[Row]:
    file = io.StringIO(text, newline="")
    for _ in range(skip):
        file.readline()
    reader = csv.reader(_bounded_lines(name, file), delimiter=separator)
    rows: list[Row] = []
    line = skip + 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((line, cells))
            line = skip + reader.line_num + 1
            if len(rows) > MOST_ROWS:
                raise HistoryFileError(f"{name} has more than {MOST_ROWS:,} rows. Please split it.")
    except csv.Error as error:
        raise HistoryFileError(
            f"{name} cannot be read from line {line} on: a quotation mark is missing there."
        ) from error
    return rows


def _bounded_lines(name: str, file: io.StringIO) -> Iterator[str]:
    """Yield the lines of a file; raise HistoryFileError if lines are too many or too long."""
    for number, line in enumerate(file):
        if len(line) > _LONGEST_LINE or number > _MOST_LINES:
            raise HistoryFileError(f"{name} has too many lines, or too long ones, for a history.")
        yield line


def find_places(header: Sequence[str]) -> dict[Column, int]:
    """Return the position of each known column in a header; the first if names repeat."""
    places: dict[Column, int] = {}
    for place, cell in enumerate(header):
        column = _COLUMN_OF.get(plain_name(cell))
        if column is not None:
            places.setdefault(column, place)
    return places


def plain_name(text: str) -> str:
    """Normalise a column name to lower-case letters and digits without accents."""
    spread = unicodedata.normalize("NFKD", text[:100].casefold())
    kept = "".join(c for c in spread if not unicodedata.combining(c))
    return "".join(_LETTERS.findall(kept))


def place_by_content(rows: Sequence[Sequence[str]]) -> dict[Column, int]:
    """Return the positions of the IMDb id column and its neighbours, detected from their cells.

    IMDb's ratings files start with id, rating and date. IMDb's list files start with position,
    id and date.

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
