"""Every error Marquee raises on purpose.

``MarqueeError``
    ``CatalogueError`` - the catalogue is missing, damaged or cannot be built
        ``UnknownFilm`` - a tconst the catalogue does not hold
        ``FilmFileError`` - a file of films is missing, damaged or has a wrong row
        ``DownloadFailed`` - a file of films cannot be fetched
        ``ImportStopped`` - somebody stopped an import, or another one is under way
    ``PeopleError`` - people's data cannot be read or written
    ``HistoryFileError`` - a file of somebody's film history cannot be understood
    ``AccountError`` - what was asked of an account was refused
        ``SignInRefused`` - name and password do not belong together
        ``TooManyTries`` - asked too often; says for how long to wait
    ``ModelError`` - the fitted model is missing, damaged or of another version
    ``SettingsError`` - a setting has a value that makes no sense
    ``TmdbError`` - TMDb could not be asked, or not be believed
        ``TmdbUnavailable`` - no answer, a late one, or one that makes no sense
            ``TmdbNotAsked`` - asked often enough for now
        ``TmdbKeyRefused`` - TMDb does not know the key

Each message is a sentence a person can act on; pages and the command line show it as it is.
"""


class MarqueeError(Exception):
    """Root of all errors raised on purpose."""


class CatalogueError(MarqueeError):
    """The catalogue is missing, damaged or cannot be built."""


class UnknownFilm(CatalogueError):  # noqa: N818 - reads as what it says
    """A tconst that the catalogue does not hold."""


class FilmFileError(CatalogueError):
    """A file of films is missing, damaged or has a wrong row; the message says where."""


class DownloadFailed(CatalogueError):  # noqa: N818 - reads as what it says
    """A file of films cannot be fetched; what came is kept for the next attempt."""


class ImportStopped(CatalogueError):  # noqa: N818 - reads as what it says
    """Somebody stopped an import, or another one is under way; nothing was changed."""


class PeopleError(MarqueeError):
    """People's data cannot be read or written."""


class HistoryFileError(MarqueeError):
    """A file of somebody's film history cannot be understood; the message says why."""


class AccountError(MarqueeError):
    """What was asked of an account was refused; the message says why and what to do.

    Parameters
    ----------
    message
        For the person who asked.
    field
        What it is about: ``"name"``, ``"password"``, ``"new_password"``, ``"label"``, or empty.
    """

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class SignInRefused(AccountError):  # noqa: N818 - reads as what it says
    """Name and password do not belong together; which of them is wrong is never said."""


class TooManyTries(AccountError):  # noqa: N818 - reads as what it says
    """Asked too often; ``retry_after_s`` says how many seconds to wait, at least 1."""

    def __init__(self, message: str, *, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class ModelError(MarqueeError):
    """The fitted model is missing, damaged or of another version."""


class SettingsError(MarqueeError):
    """A setting has a value that makes no sense."""


class TmdbError(MarqueeError):
    """TMDb could not be asked, or not be believed. Films are shown without it."""


class TmdbUnavailable(TmdbError):  # noqa: N818 - reads as what it says
    """No answer, a late one, or one that makes no sense."""


class TmdbNotAsked(TmdbUnavailable):
    """It was asked often enough for now, so this was not asked; that says nothing of the film."""


class TmdbKeyRefused(TmdbError):  # noqa: N818 - reads as what it says
    """TMDb does not know the key; asking again with the same one is of no use."""
