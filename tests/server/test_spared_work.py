"""The short way leads where Streamlit's own does."""

from __future__ import annotations

import threading
from copy import deepcopy
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit import config
from streamlit.components.v2.bidi_component import main as components
from streamlit.cursor import LockedCursor, RunningCursor
from streamlit.proto.Element_pb2 import Element
from streamlit.runtime.parallel_coordinator import ParallelFragmentCoordinator
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequests
from streamlit.runtime.state.session_state import SessionState

from recommender.server.spared_work import StateView, spare_work

VIEW = "make_bidi_component_presenter"
# Read when tests are collected: once another test has built the server, they are not Streamlit's.
STREAMLITS_OWN = [
    (owner, name, vars(owner)[name])
    for owner, name in (
        (SessionState, "filtered_state"),
        (config, "get_option"),
        (components, VIEW),
        (ScriptRunner, "_maybe_handle_execution_control_request"),
    )
]


@pytest.fixture(autouse=True)
def put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit's own ways, and put back afterwards what was there."""
    for kind in (RunningCursor, LockedCursor):
        # Set and deleted, so that it is put back as it was, or taken away.
        monkeypatch.setattr(kind, "__deepcopy__", None, raising=False)
        monkeypatch.delattr(kind, "__deepcopy__")
    for owner, name, own in STREAMLITS_OWN:
        monkeypatch.setattr(owner, name, own)


def fill() -> SessionState:
    state = SessionState()
    state["kept"] = 3
    state["empty"] = None
    state._old_state["$$ID-abc-None"] = "a widget without a key"
    state._old_state["$$ID-abc-year"] = 1995
    state._key_id_mapper["year"] = "$$ID-abc-year"
    state._old_state["$$STREAMLIT_INTERNAL_KEY_x"] = "Streamlit's own"
    return state


def test_a_session_looks_as_it_does_to_streamlit() -> None:
    own = fill().filtered_state
    assert isinstance(own, dict)
    spare_work()
    view: Any = fill().filtered_state
    assert isinstance(view, StateView)
    assert dict(view) == own == {"kept": 3, "empty": None, "year": 1995}
    assert len(view) == 3
    assert repr(view) == repr(own)
    names = ["kept", "empty", "year", "other", "$$ID-abc-year", "$$STREAMLIT_INTERNAL_KEY_x"]
    assert [name in view for name in names] == [name in own for name in names]
    assert [view.get(name) for name in names] == [own.get(name) for name in names]


def test_places_are_copied_as_deepcopy_does_and_move_by_themselves() -> None:
    running = RunningCursor(root_container=0, parent_path=(1, 2))
    running.lock_element()
    locked = LockedCursor(root_container=0, parent_path=(3,), index=4)
    own = [deepcopy(one).__dict__ for one in (running, locked)]
    spare_work()
    spare_work()  # the second time changes nothing
    copies = [deepcopy(one) for one in (running, locked)]
    for copied, expected in zip(copies, own, strict=True):
        found = dict(copied.__dict__)
        assert found.pop("_transient_elements")._data == expected.pop("_transient_elements")._data
        assert found == expected
    copied = copies[0]
    copied.lock_element()
    copied.transient_elements[0] = Element()
    assert (running.index, copied.index) == (1, 2)
    assert len(running.transient_elements) == 0


def test_two_names_of_one_place_stay_one_place() -> None:
    spare_work()
    place = RunningCursor(root_container=0)
    first, second = deepcopy([place, place])
    assert first is second is not place


def test_settings_are_worked_out_once_and_anew_when_they_are_set() -> None:
    asked = ("secrets.files", "server.port", "client.toolbarMode", "theme.primaryColor")
    own = [config.get_option(key) for key in asked]
    before = config.get_option("client.toolbarMode")
    spare_work()
    for _ in range(2):
        assert [config.get_option(key) for key in asked] == own
    assert config.get_option("secrets.files") is config.get_option("secrets.files")
    config.set_option("client.toolbarMode", "viewer")
    assert config.get_option("client.toolbarMode") == "viewer"
    config.set_option("client.toolbarMode", before)
    assert config.get_option("client.toolbarMode") == before
    with pytest.raises(RuntimeError):
        config.get_option("no.such")


def test_a_wish_to_stop_or_to_run_again_is_heard_and_no_wish_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: list[str] = []

    def handle(self: ScriptRunner) -> None:
        heard.append("heard")

    monkeypatch.setattr(ScriptRunner, "_maybe_handle_execution_control_request", handle)
    spare_work()
    runner = object.__new__(ScriptRunner)
    runner._requests, runner._script_thread = ScriptRequests(), threading.current_thread()
    runner._join_wake_coordinator = None
    runner._maybe_handle_execution_control_request()
    assert heard == []
    runner._requests.request_rerun(RerunData())
    runner._maybe_handle_execution_control_request()
    assert len(heard) == 1
    runner._requests, runner._script_thread = ScriptRequests(), threading.Thread()
    runner._maybe_handle_execution_control_request()  # a part that runs in a thread of its own
    assert len(heard) == 2
    assert "_worker_exception" in ParallelFragmentCoordinator.__init__.__code__.co_names


def test_a_components_state_is_what_it_was_without_a_view_of_it() -> None:
    state = SessionState()
    state._new_widget_state.widget_metadata["$$ID-events"] = SimpleNamespace(  # type: ignore[assignment]
        value_type="json_trigger_value"
    )
    kept = {"marks": {"tt1:like": [3, True]}, "undo": None}
    view = getattr(components, VIEW)("$$ID-events", "$$ID-wall", {"marks", "undo"})(kept, state)
    assert type(view) is not dict
    spare_work()
    assert getattr(components, VIEW)("$$ID-events", "$$ID-wall", None) is None
    assert view == kept
