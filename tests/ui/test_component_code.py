"""Component modules are complete and served at the address their loader names."""

from __future__ import annotations

import re

import pytest
from starlette.applications import Starlette

from recommender.server.static_files import build_static_routes
from recommender.ui.component_code import COMPONENT_CODE, OVERLAY, WALL, ComponentCode
from tests.asgi import ask

ADDRESS = re.compile(r'new URL\("(/assets/components/[a-z.]+\?v=[0-9a-f]{8})", location.origin\)')


@pytest.mark.parametrize("code", [WALL, OVERLAY], ids=lambda code: code.name)
def test_loader_names_the_address_of_its_module(code: ComponentCode) -> None:
    found = ADDRESS.search(code.loader)
    assert found is not None
    answer = ask(Starlette(routes=build_static_routes(COMPONENT_CODE)), "GET", found[1])
    assert answer.content == code.module
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize("code", [WALL, OVERLAY], ids=lambda code: code.name)
def test_a_module_holds_its_style_and_one_way_in(code: ComponentCode) -> None:
    module = code.module.decode()
    assert module.count("export default function") == 1
    assert module.count("export ") == 1
    assert "import " not in re.sub(r"//.*", "", module)  # nothing more is asked for
    assert module.startswith('const STYLE = "')
    assert len(code.loader) < 500  # it goes with each run


def test_other_code_has_another_address() -> None:
    other = ComponentCode(WALL.name, WALL.module + b"\n")
    assert other.loader != WALL.loader
