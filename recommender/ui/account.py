"""Sections of the account page: sign-in links, account links and API tokens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import streamlit as st

from recommender.entities import User
from recommender.errors import MarqueeError
from recommender.server import SESSION_COOKIE
from recommender.service import get_marquee
from recommender.ui.formatting import escape
from recommender.ui.identity import find_account, find_identity, list_providers, read_cookie
from recommender.users import Accounts, ApiToken

_STYLE = (Path(__file__).parent / "assets" / "account.css").read_text(encoding="utf-8")
_NEW_TOKEN, _ERROR = "account_new_token", "account_error"


def render_invitation() -> None:
    """Render the benefits of an account, and the links to sign in and sign up."""
    st.markdown(
        "Keep your likes on every device. Everything works without an account; likes you make as "
        "a guest stay in this browser, and move to your account when you sign in."
    )
    st.html(
        f"<style>{_STYLE}</style>"
        '<nav class="account-ways" aria-label="Ways in">'
        '<a class="main" href="/sign-in">Sign in</a><a href="/sign-up">Sign up</a></nav>'
    )
    for provider in list_providers():
        st.button(
            f"Sign in with {_format_provider(provider)}",
            key=f"account_with_{provider}",
            on_click=st.login,
            args=(provider,),
        )


def render_account_links(user: User) -> None:
    """Render the links to sign out, change the password and delete the account.

    Parameters
    ----------
    user
        The signed-in account.
    """
    if find_identity() is not None:
        _render_account_links_by_provider(user)
        return
    st.html(
        f"<style>{_STYLE}</style>"
        '<div class="account-ways">'
        '<form method="post" action="/sign-out"><button class="main">Sign out</button></form>'
        '<a href="/change-password">Change password</a>'
        '<a href="/sign-out-everywhere">Sign out everywhere</a>'
        '<a href="/delete-account">Delete account</a></div>'
    )


def render_tokens(user: User) -> None:
    """Render the API tokens of an account, with controls to create and revoke them.

    A new token is shown once.

    Parameters
    ----------
    user
        The signed-in account.
    """
    st.header("Tokens for programs")
    st.markdown("A token lets a program act as you. Keep it secret.")
    with st.form("account_token", clear_on_submit=True, border=False, width=560):
        # The callback reads the value from session state.
        st.text_input("What is it for?", max_chars=60, key="account_label")
        st.form_submit_button("Create a token", on_click=_make_token)
    fresh = st.session_state.pop(_NEW_TOKEN, None)
    if fresh:
        st.success("Here is the token. Copy it now: it is not shown again.")
        st.code(fresh, language=None, wrap_lines=True)
    _show_error()
    for token in _accounts().list_tokens(user.user_id):
        _render_token(token)


def _render_token(token: ApiToken) -> None:
    row = st.container(horizontal=True, vertical_alignment="center", key=f"token_{token.token_id}")
    used = f"last used {_format_day(token.last_used_at)}" if token.last_used_at else "never used"
    # A label is user input: plain text.
    with row:
        st.text(
            f"{token.label}\n"
            f"created {_format_day(token.created_at)}, {used}, "
            f"ends {_format_day(token.expires_at)}",
            width="stretch",
        )
        st.button(
            f"Revoke {escape(token.label)}",
            key=f"account_revoke_{token.token_id}",
            on_click=_revoke,
            args=(token.token_id,),
        )


def _render_account_links_by_provider(user: User) -> None:
    bar = st.container(horizontal=True, key="account_ways")
    bar.button("Sign out", type="primary", key="account_sign_out", on_click=_sign_out)
    bar.button("Sign out everywhere", key="account_everywhere", on_click=_sign_out_everywhere)
    with bar.popover("Delete account"):
        st.markdown(
            "This deletes your account with all your likes, lists and tokens. It cannot be undone."
        )
        typed = st.text_input("Type your name to confirm", key="account_confirm")
        st.button(
            "Delete it for good",
            key="account_delete",
            disabled=typed.strip() != user.name,
            on_click=_delete,
        )


def _make_token() -> None:
    def make(user: User) -> None:
        label = st.session_state.get("account_label", "")
        st.session_state[_NEW_TOKEN] = _accounts().create_token(user.user_id, label)

    _act(make)


def _revoke(token_id: int) -> None:
    _act(lambda user: _accounts().revoke_token(user.user_id, token_id))


def _sign_out() -> None:
    def leave(_: User) -> None:
        identity = find_identity()
        if identity is not None:
            _accounts().identities.end_sign_in(identity)
        _accounts().sign_out(read_cookie(SESSION_COOKIE))
        st.logout()

    _act(leave)


def _sign_out_everywhere() -> None:
    def leave(user: User) -> None:
        _accounts().sign_out_everywhere(user.user_id)
        st.logout()

    _act(leave)


def _delete() -> None:
    def leave(user: User) -> None:
        if st.session_state.get("account_confirm", "").strip() == user.name:
            _accounts().delete_account(user.user_id, None)
            st.logout()

    _act(leave)


def _act(action: Callable[[User], object]) -> None:
    """Run an action on the signed-in account; check again which account is signed in."""
    try:
        user = find_account()
        if user is not None:
            action(user)
    except MarqueeError as error:
        st.session_state[_ERROR] = str(error)


def _show_error() -> None:
    error_text = st.session_state.pop(_ERROR, None)
    if error_text:
        st.error(error_text)


def _format_day(moment: datetime | None) -> str:
    return f"{moment.day} {moment:%B %Y}" if moment else ""


def _format_provider(provider: str) -> str:
    return "your organisation" if provider == "default" else provider.capitalize()


def _accounts() -> Accounts:
    return get_marquee().people.accounts
