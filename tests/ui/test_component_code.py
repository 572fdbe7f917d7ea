"""The code of components: complete, where its loader says, and asked for with the page."""

from __future__ import annotations

import re

import pytest

from recommender.server.front import FrontPage, list_stored_files
from recommender.server.security import read_streamlit_page
from recommender.ui.component_code import COMPONENT_CODE, OVERLAY, WALL, ComponentCode

ADDRESS = re.compile(r'new URL\("(/look/[a-z.]+\?v=[0-9a-f]{8})", location.origin\)')


@pytest.mark.parametrize("code", [WALL, OVERLAY], ids=lambda code: code.name)
def test_a_loader_names_the_file_the_page_has_asked_for(code: ComponentCode) -> None:
    stored = list_stored_files(COMPONENT_CODE)
    found = ADDRESS.search(code.loader)
    assert found is not None
    path, _, _ = found[1].partition("?")
    assert stored[path].body == code.module
    assert stored[path].media_type == "text/javascript"
    page = FrontPage(read_streamlit_page(), stored, COMPONENT_CODE)
    html = page.build("/", "http://localhost").plain.decode()
    assert f'<link rel="modulepreload" crossorigin href="{found[1]}">' in html
    assert path in page.list_early_files()


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
