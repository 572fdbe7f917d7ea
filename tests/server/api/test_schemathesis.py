"""Random requests from the OpenAPI document: no 5xx, no undocumented response.

``MARQUEE_API_CASES=2000 pytest tests/server/api/test_schemathesis.py`` draws as many as the
acceptance asks for; otherwise as many as a run of the whole suite has time for.
"""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from recommender.users import People

_SAID = (
    "SELECT user_id, tconst, kind, created_at FROM interactions WHERE user_id != ? ORDER BY 1, 2, 3"
)
_PEOPLE = "SELECT * FROM users WHERE user_id != ? ORDER BY user_id"
CASES = int(os.environ.get("MARQUEE_API_CASES", "90"))


@pytest.fixture(scope="module")
def third_token(api: Any) -> Iterator[str]:
    """The token of a third user; sign-in attempts are deleted in the end."""
    people = People(api.data_dir / "people.db")
    user = people.accounts.sign_up("Carol", "correct horse battery staple").user
    token = people.accounts.create_token(user.user_id, "tests")
    people.close()
    yield token
    with sqlite3.connect(api.data_dir / "people.db", timeout=10) as connection:
        connection.execute("DELETE FROM sign_in_attempts")
    connection.close()


def test_every_answer_is_one_the_document_names(api: Any, third_token: str) -> None:
    schema = schemathesis.openapi.from_url(f"{api.url}/api/openapi.json")
    found: list[Any] = list(schema.get_all_operations())
    operations = [result.ok() for result in found]
    assert len(operations) >= 14
    modes = list(GenerationMode)
    before = rows_of_others(api, third_token)
    share = -(-CASES // (len(operations) * len(modes)))
    statuses: Counter[int] = Counter()

    def draw(operation: Any, mode: GenerationMode) -> None:
        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(
            max_examples=share,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def check(case: Any) -> None:
            answer = case.call(headers={"Authorization": f"Bearer {third_token}"}, timeout=20)
            statuses[answer.status_code] += 1
            # The document leaves genres open: which ones there are depends on the catalogue.
            open_genre = "genre" in (case.query or {})
            case.validate_response(
                answer, excluded_checks=[positive_data_acceptance] if open_genre else []
            )

        check()

    for operation in operations:
        for mode in modes:
            draw(operation, mode)
    print(f"\n{statuses.total()} cases: {dict(sorted(statuses.items()))}")  # noqa: T201 - the number is asked for
    assert statuses.total() >= CASES * 0.9, "an operation without parameters has a case or two"
    assert statuses[200] > 0
    assert statuses[422] > 0
    assert max(statuses) < 500
    assert rows_of_others(api, third_token) == before, "rows of other users are untouched"
    assert before[0]


def rows_of_others(api: Any, token: str) -> list[list[tuple[Any, ...]]]:
    people = People(api.data_dir / "people.db")
    user = people.accounts.find_user_by_api_token(token)
    people.close()
    assert user is not None
    with closing(sqlite3.connect(api.data_dir / "people.db", timeout=10)) as connection:
        return [connection.execute(q, (user.user_id,)).fetchall() for q in (_SAID, _PEOPLE)]
