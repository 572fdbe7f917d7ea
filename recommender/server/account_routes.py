"""Sign up, sign in, sign out and the rest, as forms that post and are sent on.

Every route that changes something asks first where the request comes from. The rules are those of
``Accounts``; here is only how a browser brings them about.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from recommender.entities import User
from recommender.errors import AccountError, MarqueeError, SignInRefused, TooManyTries
from recommender.server.account_actions import ACCOUNT_PATH, ACTIONS, Asked, Done
from recommender.server.cookies import find_guest_token, find_session_token, session_cookie
from recommender.server.forms import (
    FORM_HEADERS,
    SIGN_IN,
    SIGN_UP,
    Form,
    FormFault,
    read_form,
    render_form,
)
from recommender.server.observability import find_request_id
from recommender.server.security import is_own_origin
from recommender.users import Accounts

_LOGGER = logging.getLogger(__name__)

_NOTICES = {
    "signed-out": "You are signed out.",
    "everywhere": "You are signed out everywhere.",
    "deleted": "Your account is deleted, with everything that was in it.",
}
_FAILED = "Accounts cannot be reached at the moment. Nothing was changed; please try again soon."
_FOREIGN = (
    "This did not come from a page of Marquee, so nothing was done. Please use the form here."
)


def find_accounts() -> Accounts:
    """Return the process's accounts.

    Raises
    ------
    PeopleError
        If people's data cannot be opened.
    """
    # Imported with the first question about an account, which is long after the start.
    from recommender.service import get_marquee  # noqa: PLC0415

    return get_marquee().people.accounts


def build_account_routes(find_accounts: Callable[[], Accounts]) -> tuple[Route, ...]:
    """Return the routes of accounts: each answers GET with a form, and POST with what it does.

    Parameters
    ----------
    find_accounts
        Returns the process's accounts; called in a thread of its own.
    """
    return tuple(
        Route(form.path, _Door(form, action, find_accounts).answer, methods=["GET", "POST"])
        for form, action in ACTIONS
    )


class _Door:
    """One form and what it does."""

    def __init__(
        self,
        form: Form,
        action: Callable[[Accounts, Asked], Done],
        find_accounts: Callable[[], Accounts],
    ) -> None:
        self._form = form
        self._action = action
        self._find_accounts = find_accounts

    async def answer(self, request: Request) -> Response:
        """Answer one request."""
        if request.method == "POST":
            return await self._do(request)
        return await run_in_threadpool(self._show, request)

    async def _do(self, request: Request) -> Response:
        if not is_own_origin(request.scope):
            return self._page(problem=_FOREIGN, status=HTTPStatus.FORBIDDEN)
        try:
            filled = await read_form(request, [field.name for field in self._form.fields])
        except FormFault as fault:
            return self._page(problem=str(fault), status=fault.status)
        return await run_in_threadpool(self._act, request, filled)

    def _show(self, request: Request) -> Response:
        try:
            user = self._find_accounts().find_user(find_session_token(request.headers))
        except MarqueeError as error:
            return self._fail(error)
        if (user is None) != _is_for_guests(self._form):
            return _go_on(ACCOUNT_PATH if user else SIGN_IN.path)
        notice = _NOTICES.get(request.query_params.get("done", ""), "")
        return self._page(notice=notice, account_name=_name(user))

    def _act(self, request: Request, filled: dict[str, str]) -> Response:
        user = None
        try:
            accounts = self._find_accounts()
            session_token = find_session_token(request.headers)
            user = accounts.find_user(session_token)
            if user is None and not _is_for_guests(self._form):
                return _go_on(SIGN_IN.path)
            asked = Asked(
                user=user,
                session_token=session_token if user else None,
                guest_token=find_guest_token(request.headers),
                address=request.client.host if request.client else "",
                filled=filled,
            )
            done = self._action(accounts, asked)
        except AccountError as error:
            return self._refuse(error, filled, account_name=_name(user))
        except MarqueeError as error:
            return self._fail(error)
        answer = _go_on(done.path)
        secure = request.url.scheme == "https"
        answer.headers.append("set-cookie", session_cookie(done.token, secure=secure))
        return answer

    def _fail(self, error: MarqueeError) -> Response:
        # What it says is for who runs Marquee: it names files.
        _LOGGER.warning("An account could not be read or written: %s", error)
        problem = f"{_FAILED} If it stays so, mention {find_request_id()}."
        return self._page(problem=problem, status=HTTPStatus.SERVICE_UNAVAILABLE)

    def _refuse(
        self, error: AccountError, filled: dict[str, str], *, account_name: str
    ) -> Response:
        status, headers = HTTPStatus.UNPROCESSABLE_ENTITY, {}
        if isinstance(error, TooManyTries):
            status = HTTPStatus.TOO_MANY_REQUESTS
            headers = {"retry-after": str(error.retry_after_s)}
        field = error.field
        if isinstance(error, SignInRefused):
            field = "password"  # the likelier one to be mistyped, and it has to be typed anew
        shown = {
            field.name: filled[field.name]
            for field in self._form.fields
            if field.type != "password"
        }
        return self._page(
            problem=str(error),
            problem_field=field,
            values=shown,
            account_name=account_name,
            status=status,
            headers=headers,
        )

    def _page(
        self,
        *,
        status: int = HTTPStatus.OK,
        headers: dict[str, str] | None = None,
        values: dict[str, str] | None = None,
        problem: str = "",
        problem_field: str = "",
        notice: str = "",
        account_name: str = "",
    ) -> Response:
        page = render_form(
            self._form,
            values=values,
            problem=problem,
            problem_field=problem_field,
            notice=notice,
            account_name=account_name,
        )
        return HTMLResponse(page, status_code=status, headers={**FORM_HEADERS, **(headers or {})})


def _is_for_guests(form: Form) -> bool:
    return form in {SIGN_IN, SIGN_UP}


def _name(user: User | None) -> str:
    return (user.name or "") if user else ""


def _go_on(path: str) -> Response:
    """Send the browser on with GET, to one of our own pages; nothing asked for decides which."""
    return RedirectResponse(
        path, status_code=HTTPStatus.SEE_OTHER, headers={"cache-control": "no-store"}
    )
