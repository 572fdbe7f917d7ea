"""Account page: sign-in and sign-out links, and API tokens."""

import streamlit as st

from recommender.entities import InteractionKind, User
from recommender.errors import MarqueeError
from recommender.ui.account import render_account_links, render_invitation, render_tokens
from recommender.ui.formatting import escape, format_count
from recommender.ui.identity import find_account
from recommender.ui.visitor import load_visitor


def show_account(user: User) -> None:
    st.title(escape(user.name or ""))
    if st.query_params.get("done") == "password":
        st.success(
            "Your password is changed. Every other browser is signed out, and the tokens of "
            "programs have ended."
        )
        del st.query_params["done"]
    visitor = load_visitor()
    likes = format_count(visitor.count(InteractionKind.LIKE), "like", "likes")
    st.markdown(f"Signed in. {likes}.")
    render_account_links(user)
    render_tokens(user)


try:
    account = find_account()
    if account is None:
        st.title("Sign in")
        if st.query_params.get("failed") == "sign-in":
            st.error("Signing in did not work. Please try again.")
        render_invitation()
    else:
        show_account(account)
except MarqueeError as error:
    st.error(str(error))
