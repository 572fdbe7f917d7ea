"""What a form is made of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One line to fill in.

    ``autocomplete`` tells a password manager what belongs here; ``type`` is HTML's.
    """

    name: str
    label: str
    type: str
    autocomplete: str
    hint: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """A link below a form: words before it, its own words, and where it leads."""

    label: str
    path: str
    before: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """A page with one form.

    ``path`` answers GET with the form and POST with what it does; ``is_final`` marks what cannot
    be undone.
    """

    path: str
    title: str
    button: str
    intro: str = ""
    fields: tuple[Field, ...] = ()
    ways: tuple[Way, ...] = ()
    is_final: bool = False
