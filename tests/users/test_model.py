"""``People`` behaves like a model made of plain dictionaries."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from recommender.entities import Interaction, InteractionKind
from recommender.users import People, new_token

FILMS = st.sampled_from(["tt0113277", "tt0078748", "tt0211915"])
KINDS = st.sampled_from(InteractionKind)
WHO = st.sampled_from([0, 1])
LIKE, HIDE, WATCHLIST = InteractionKind.LIKE, InteractionKind.HIDE, InteractionKind.WATCHLIST
LESS = InteractionKind.LESS
CANNOT_BOTH = [{LIKE, HIDE}, {WATCHLIST, HIDE}, {LIKE, LESS}]


class PeopleAgainstDictionary(RuleBasedStateMachine):
    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.now = datetime(2026, 1, 1, tzinfo=UTC)
        self.path = Path(self.folder.name) / "people.db"
        self.people = People(self.path, clock=lambda: self.now)
        self.ids = [self.people.open_guest(new_token()).user_id for _ in range(2)]
        # Who -> (film, kind) -> when, in the order of writes.
        self.stored: list[dict[tuple[str, InteractionKind], datetime]] = [{}, {}]
        self.removed: list[list[Interaction]] = [[], []]

    def tell(self, who: int, film: str, kind: InteractionKind, on: bool, at: datetime) -> None:
        if not on:
            self.stored[who].pop((film, kind), None)
            return
        for pair in CANNOT_BOTH:
            for other in pair - {kind} if kind in pair else set():
                self.stored[who].pop((film, other), None)
        self.stored[who].setdefault((film, kind), at)

    @rule(who=WHO, film=FILMS, kind=KINDS, on=st.booleans())
    def set_one(self, who: int, film: str, kind: InteractionKind, on: bool) -> None:
        self.now += timedelta(milliseconds=10)
        before = dict(self.stored[who])
        self.tell(who, film, kind, on, self.now)
        changed = self.people.set_interaction(self.ids[who], film, kind, on=on)
        assert changed == (before != self.stored[who])

    @rule(who=WHO, changes=st.lists(st.tuples(FILMS, KINDS, st.booleans()), max_size=6))
    def set_several(self, who: int, changes: list[tuple[str, InteractionKind, bool]]) -> None:
        self.now += timedelta(milliseconds=10)
        for position, (film, kind, on) in enumerate(changes):
            self.tell(who, film, kind, on, self.now + timedelta(microseconds=position))
        self.people.set_interactions(self.ids[who], changes)

    @rule(who=WHO, kind=st.none() | KINDS)
    def clear(self, who: int, kind: InteractionKind | None) -> None:
        self.removed[who] = self.people.clear_interactions(self.ids[who], kind)
        self.stored[who] = {
            key: at for key, at in self.stored[who].items() if kind is not None and key[1] != kind
        }

    @rule(who=WHO)
    def undo(self, who: int) -> None:
        newer = set(self.stored[who])
        for row in reversed(self.removed[who]):
            clash = any(
                (row.tconst, other) in newer
                for pair in CANNOT_BOTH
                if row.kind in pair
                for other in pair - {row.kind}
            )
            if not clash:
                self.stored[who].setdefault((row.tconst, row.kind), row.created_at)
        self.people.restore(self.ids[who], self.removed[who])

    @rule()
    def restart(self) -> None:
        self.people.close()
        self.people = People(self.path, clock=lambda: self.now)

    @invariant()
    def says_the_same(self) -> None:
        for who, user_id in enumerate(self.ids):
            rows = self.people.list_interactions(user_id)
            assert {(row.tconst, row.kind): row.created_at for row in rows} == self.stored[who]
            times = [row.created_at for row in rows]
            assert times == sorted(times, reverse=True)
            profile = self.people.load_profile(user_id, limit=2)
            liked = [row.tconst for row in rows if row.kind is LIKE]
            assert list(profile.likes) == liked[:2]
            assert set(liked[2:]) <= set(profile.seen)
            assert list(profile.less) == [row.tconst for row in rows if row.kind is LESS]
            assert self.people.counts(user_id)[LIKE] == len(liked)
            for kinds in self.people.kinds_by_film(user_id).values():
                assert not any(pair <= kinds for pair in CANNOT_BOTH)

    def teardown(self) -> None:
        self.people.close()
        self.folder.cleanup()


PeopleAgainstDictionary.TestCase.settings = settings(
    max_examples=30,
    stateful_step_count=20,
    suppress_health_check=[HealthCheck.too_slow],
)
TestPeopleAgainstDictionary = PeopleAgainstDictionary.TestCase
