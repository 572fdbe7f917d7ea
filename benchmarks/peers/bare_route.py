"""A bare route beside a Streamlit app: the cost of the server itself for an answer of that size."""

import os

import streamlit as st

if __name__ == "__main__":
    st.text_input("Name")
else:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    BODY = b"x" * int(os.environ.get("BARE_BYTES", "1000"))

    async def answer(request: Request) -> Response:
        """Answer the same bytes each time."""
        return Response(BODY, media_type="application/json")

    app = st.App(__file__, routes=[Route("/bare", answer)])
