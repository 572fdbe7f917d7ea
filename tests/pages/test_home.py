"""Home for a new visitor: a wall that adapts, a way to skip it, and personas."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from recommender.service import PERSONAS, Marquee
from tests.pages.reading import press, walls

OpenPage = Callable[..., AppTest]
Like = Callable[..., None]
NOIR = next(persona for persona in PERSONAS if persona.key == "noir_lover")


def likes_of(marquee: Marquee, token: str) -> tuple[str, ...]:
    user = marquee.people.find_user(token)
    return () if user is None else marquee.people.load_profile(user.user_id, limit=99).likes


def test_skipping_leads_to_rows_and_back(open_page: OpenPage) -> None:
    app = open_page("home")
    press(app, "Skip")
    assert "The eighties" in walls(app)
    press(app, "Back to")
    assert [bar.proto.text for bar in app.get("progress")] == ["0 of 5 films liked"]


def test_a_persona_fills_the_profile_with_one_click_and_is_taken_off(
    open_page: OpenPage, marquee: Marquee, token: str
) -> None:
    app = open_page("home")
    app.button(key="persona_noir_lover").click().run()
    assert likes_of(marquee, token) == NOIR.likes
    assert any(NOIR.name in text.value for text in app.markdown)
    assert "Because you liked Double Indemnity" in walls(app)
    app.button(key="persona_to_stargazer").click().run()
    assert len(likes_of(marquee, token)) == 6
    assert not set(likes_of(marquee, token)) & set(NOIR.likes)
    app.button(key="persona_off").click().run()
    assert likes_of(marquee, token) == ()
    assert not app.exception


def test_own_likes_outlive_a_persona(
    open_page: OpenPage, like: Like, marquee: Marquee, token: str
) -> None:
    like("tt0113277")
    app = open_page("home")
    app.session_state["persona_fold"] = True
    app.run()
    app.button(key="persona_stargazer").click().run()
    assert len(likes_of(marquee, token)) == 7
    app.button(key="persona_off").click().run()
    assert likes_of(marquee, token) == ("tt0113277",)
