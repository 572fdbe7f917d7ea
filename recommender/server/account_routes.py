"""Routes of the account forms: GET renders a form, POST runs its action.

``Accounts`` implements the actions and their rules. POST is accepted from Marquee's pages only.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from recommender.entities import User
from recommender.errors import AccountError, MarqueeError, SignInRefused, TooManyTries
from recommender.server.account_forms import (
    CHANGE_PASSWORD,
    DELETE_ACCOUNT,
    SIGN_IN,
    SIGN_OUT,
    SIGN_OUT_EVERYWHERE,
    SIGN_UP,
    Form,
)
from recommender.server.cookies import find_guest_token, find_session_token, session_cookie
from recommender.server.form_page import FORM_HEADERS, InvalidForm, read_form, render_form
from recommender.server.observability import find_request_id
from recommender.server.security import is_own_origin
from recommender.users import Accounts, SignedIn

_LOGGER = logging.getLogger(__name__)
_HOME_PATH, _ACCOUNT_PATH = "/", "/account"
_GUEST_FORMS = frozenset({SIGN_IN.path, SIGN_UP.path})
_NOTICES = {
    "signed-out": "You are signed out.",
    "everywhere": "You are signed out everywhere.",
    "deleted": "Your account is deleted, with all your likes and lists.",
}
_UNAVAILABLE = "Accounts are not available at the moment. Nothing was changed. Please try again."
_FOREIGN = (
    "This did not come from a page of Marquee, so nothing was done. Please use the form here."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class FormRequest:
    """Submitted account form and its sender.

    ``user`` and ``session_token`` are None if the sender is not signed in. At sign-in, the data
    of the guest of ``guest_token`` is merged into the account. ``address`` is the IP address.
    """

    user: User | None
    session_token: str | None
    guest_token: str | None
    address: str
    values: Mapping[str, str]

    @property
    def user_id(self) -> int:
        """Id of the signed-in user; only valid for routes that require a sign-in."""
        assert self.user is not None  # noqa: S101
        return self.user.user_id


@dataclass(frozen=True, kw_only=True, slots=True)
class FormResult:
    """Redirect path and new session token; the token "" deletes the session cookie."""

    path: str
    token: str = ""


Action = Callable[[Accounts, FormRequest], FormResult]


def build_account_routes(find_accounts: Callable[[], Accounts]) -> tuple[Route, ...]:
    """Build the routes of all account forms, such as sign-up and sign-in.

    Parameters
    ----------
    find_accounts
        Returns the process-wide `Accounts`; called in a worker thread.
    """
    return tuple(
        Route(form.path, _FormView(form, action, find_accounts).answer, methods=["GET", "POST"])
        for form, action in _ACTIONS
    )


class _FormView:
    """Request handler of one account form."""

    def __init__(self, form: Form, action: Action, find_accounts: Callable[[], Accounts]) -> None:
        self._form = form
        self._action = action
        self._find_accounts = find_accounts

    async def answer(self, request: Request) -> Response:
        """Render the form for GET; check and run its action for POST."""
        if request.method != "POST":
            return await run_in_threadpool(self._show, request)
        if not is_own_origin(request.scope):
            return self._page(problem=_FOREIGN, status=HTTPStatus.FORBIDDEN)
        try:
            values = await read_form(request, [field.name for field in self._form.fields])
        except InvalidForm as error:
            return self._page(problem=str(error), status=error.status)
        return await run_in_threadpool(self._submit, request, values)

    def _show(self, request: Request) -> Response:
        try:
            user = self._find_accounts().find_user(find_session_token(request.headers))
        except MarqueeError as error:
            return self._show_unavailable(error)
        if (user is None) != (self._form.path in _GUEST_FORMS):
            return _redirect(_ACCOUNT_PATH if user else SIGN_IN.path)
        notice = _NOTICES.get(request.query_params.get("done", ""), "")
        return self._page(notice=notice, account_name=_name_of(user))

    def _submit(self, request: Request, values: dict[str, str]) -> Response:
        user = None
        try:
            accounts = self._find_accounts()
            session_token = find_session_token(request.headers)
            user = accounts.find_user(session_token)
            if user is None and self._form.path not in _GUEST_FORMS:
                return _redirect(SIGN_IN.path)
            form_request = FormRequest(
                user=user,
                session_token=session_token if user else None,
                guest_token=find_guest_token(request.headers),
                address=request.client.host if request.client else "",
                values=values,
            )
            result = self._action(accounts, form_request)
        except AccountError as error:
            return self._show_error(error, values, account_name=_name_of(user))
        except MarqueeError as error:
            return self._show_unavailable(error)
        answer = _redirect(result.path)
        secure = request.url.scheme == "https"
        answer.headers.append("set-cookie", session_cookie(result.token, secure=secure))
        return answer

    def _show_unavailable(self, error: MarqueeError) -> Response:
        # The message contains file paths, so it is only logged.
        _LOGGER.warning("User data could not be read or written: %s", error)
        problem = f"{_UNAVAILABLE} If you report it, mention {find_request_id()}."
        return self._page(problem=problem, status=HTTPStatus.SERVICE_UNAVAILABLE)

    def _show_error(
        self, error: AccountError, values: dict[str, str], *, account_name: str
    ) -> Response:
        status, headers = HTTPStatus.UNPROCESSABLE_ENTITY, {}
        if isinstance(error, TooManyTries):
            status = HTTPStatus.TOO_MANY_REQUESTS
            headers = {"retry-after": str(error.retry_after_s)}
        # The form keeps the name and clears the password, so the password gets the focus.
        field = "password" if isinstance(error, SignInRefused) else error.field
        return self._page(
            problem=str(error),
            problem_field=field,
            values={f.name: values[f.name] for f in self._form.fields if f.type != "password"},
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


def _sign_in(accounts: Accounts, request: FormRequest) -> FormResult:
    return _start_session(accounts, request, accounts.sign_in)


def _sign_up(accounts: Accounts, request: FormRequest) -> FormResult:
    return _start_session(accounts, request, accounts.sign_up)


def _start_session(
    accounts: Accounts, request: FormRequest, start: Callable[..., SignedIn]
) -> FormResult:
    signed_in = start(
        request.values["name"],
        request.values["password"],
        address=request.address,
        guest_token=request.guest_token,
    )
    accounts.sign_out(request.session_token)  # end the previous session of this browser
    return FormResult(path=_HOME_PATH, token=signed_in.token)


def _sign_out(accounts: Accounts, request: FormRequest) -> FormResult:
    accounts.sign_out(request.session_token)
    return FormResult(path=f"{SIGN_IN.path}?done=signed-out")


def _sign_out_everywhere(accounts: Accounts, request: FormRequest) -> FormResult:
    accounts.sign_out_everywhere(request.user_id)
    return FormResult(path=f"{SIGN_IN.path}?done=everywhere")


def _change_password(accounts: Accounts, request: FormRequest) -> FormResult:
    signed_in = accounts.change_password(
        request.user_id,
        request.values["password"],
        request.values["new_password"],
        address=request.address,
    )
    return FormResult(path=f"{_ACCOUNT_PATH}?done=password", token=signed_in.token)


def _delete_account(accounts: Accounts, request: FormRequest) -> FormResult:
    accounts.delete_account(request.user_id, request.values["password"], address=request.address)
    return FormResult(path=f"{SIGN_UP.path}?done=deleted")


_ACTIONS: tuple[tuple[Form, Action], ...] = (
    (SIGN_IN, _sign_in),
    (SIGN_UP, _sign_up),
    (SIGN_OUT, _sign_out),
    (SIGN_OUT_EVERYWHERE, _sign_out_everywhere),
    (CHANGE_PASSWORD, _change_password),
    (DELETE_ACCOUNT, _delete_account),
)


def _name_of(user: User | None) -> str:
    return (user.name or "") if user else ""


def _redirect(path: str) -> Response:
    """Return a redirect (303) to a fixed Marquee page; request data never sets the path."""
    return RedirectResponse(
        path, status_code=HTTPStatus.SEE_OTHER, headers={"cache-control": "no-store"}
    )
