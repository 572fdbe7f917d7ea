"""Draw the icons and the picture of shared links: ``python -m docs.draw_pictures``.

They are Marquee's own posters and letters, rendered by Chromium into
``recommender/server/assets/pictures``. Needs a catalogue: ``python -m recommender build``.
"""

from __future__ import annotations

import base64
import shutil
from html import escape
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from recommender.catalogue import Catalogue
from recommender.entities import Film
from recommender.settings import load_settings
from recommender.tmdb import draw_poster

ASSETS = Path(__file__).resolve().parent.parent / "recommender" / "server" / "assets"
OUT = ASSETS / "pictures"
ICONS = (32, 180, 512)
FILMS = ("tt0062622", "tt0245429", "tt0113277", "tt0054215", "tt1375666", "tt0211915", "tt0064116",
         "tt0078748", "tt0118694", "tt0041959", "tt6751668", "tt0095765", "tt0083658",
         "tt0050083", "tt0120689", "tt0076759", "tt0027977", "tt0045152", "tt0133093", "tt0071562",
         "tt0096283")  # fmt: skip


def _encode(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()


def build_poster(film: Film) -> str:
    """Return one poster with its lettering as HTML."""
    art = draw_poster(film)
    drawn = base64.b64encode(art.svg.encode()).decode()
    place = "top: 12px" if art.title_zone == "top" else "bottom: 11px"
    return (
        f'<div class="p"><img src="data:image/svg+xml;base64,{drawn}">'
        f'<b style="color:{art.ink};{place};font-size:{art.title_size * 1.5:.1f}px">'
        f"{escape(film.primary_title)}</b></div>"
    )


def build_social(films: list[Film]) -> str:
    """Return the picture of shared links as HTML."""
    font = _encode(ASSETS / "fonts" / "display-latin.woff2")
    text = _encode(ASSETS / "fonts" / "text-latin.woff2")
    return f"""<style>
    @font-face {{ font-family: D; src: url(data:font/woff2;base64,{font}); }}
    @font-face {{ font-family: T; src: url(data:font/woff2;base64,{text}); font-weight: 400 700; }}
    body {{ margin: 0; width: 1200px; height: 630px; overflow: hidden; background: #12100f; }}
    .wall {{ position: absolute; left: 470px; top: -170px; display: grid; gap: 18px;
      grid-template-columns: repeat(7, 150px); transform: rotate(-7deg); }}
    .p {{ position: relative; width: 150px; height: 225px; border-radius: 8px; overflow: hidden; }}
    .p:nth-child(7n+2), .p:nth-child(7n+4), .p:nth-child(7n+6) {{ top: 70px; }}
    .p img {{ width: 100%; height: 100%; display: block; }}
    .p b {{ position: absolute; left: 12px; right: 12px; font-family: D; line-height: 1.02; }}
    .shade {{ position: absolute; inset: 0;
      background: linear-gradient(90deg, #12100f 36%, rgb(18 16 15 / .86) 46%, transparent 66%); }}
    .say {{ position: absolute; left: 72px; top: 150px; width: 560px; color: #f3ece2; }}
    .say img {{ width: 96px; height: 96px; display: block; margin-bottom: 26px; }}
    h1 {{ font: 112px/1 D; margin: 0 0 18px; letter-spacing: -.025em; }}
    p {{ font: 34px/1.3 T; margin: 0; color: #d8cdc0; width: 440px; }}
    </style><div class="wall">{"".join(map(build_poster, films))}</div><div class="shade"></div>
    <div class="say"><img src="data:image/svg+xml;base64,{_encode(OUT / "icon.svg")}">
    <h1>Marquee</h1><p>Films you will like, and why.</p></div>"""


def draw(page: Page) -> None:
    """Draw all of them."""
    svg = (OUT / "icon.svg").read_text(encoding="utf-8")
    for size in ICONS:
        page.set_viewport_size({"width": size, "height": size})
        page.set_content(f"<style>*{{margin:0}}svg{{display:block;width:{size}px}}</style>{svg}")
        page.screenshot(path=OUT / f"icon-{size}.png", omit_background=True)
    with Catalogue(load_settings().catalogue_db) as catalogue:
        films = [film for tconst in FILMS if (film := catalogue.find_film(tconst))]
    page.set_viewport_size({"width": 1200, "height": 630})
    page.set_content(build_social(films))
    page.wait_for_timeout(500)  # fonts
    page.screenshot(path=OUT / "social.jpg", type="jpeg", quality=82)


def main() -> None:
    """Open a browser and draw."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("No Chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        draw(browser.new_page())
        browser.close()


if __name__ == "__main__":
    main()
