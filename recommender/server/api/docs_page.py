"""The readable page of the API: made from the OpenAPI document, without scripts or other hosts."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any

from recommender.server.api.document import Json, find_component
from recommender.server.api.problems import ProblemKind

PAGE_PATH = "/api/docs"
_STYLE = (Path(__file__).parent / "docs_page.css").read_text(encoding="utf-8")
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
PAGE_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)


def render_page(document: Json) -> str:
    """Return the page about an OpenAPI document.

    Parameters
    ----------
    document
        From ``build_document``.

    Returns
    -------
    str
        A whole page of HTML.
    """
    info = document["info"]
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>API · {escape(info['title'])}</title><style>{_STYLE}</style></head><body>",
        '<a class="skip" href="#main">Skip to the addresses</a>',
        f'<header><p><a href="/">{escape(info["title"])}</a></p><h1>The API</h1>'
        f"<p>{_prose(info['description'])}</p><p>Everything here is in "
        '<a href="/api/openapi.json">/api/openapi.json</a> too (OpenAPI 3.1).</p></header>',
        f'<div class="columns">{_render_contents(document)}<main id="main" tabindex="-1">',
        _render_security(document),
        *(_render_group(document, tag["name"]) for tag in document["tags"]),
        _render_schemas(document),
        _render_problems(),
        "</main></div></body></html>",
    ]
    return "".join(parts)


def _list_operations(document: Json) -> Iterable[tuple[str, list[str], Json]]:
    """Yield method, paths and description of each operation, its other paths with it."""
    found: dict[str, tuple[str, list[str], Json]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            name = operation["operationId"].removesuffix("AtRoot")
            if name in found:
                found[name][1].append(path)
            else:
                found[name] = (method.upper(), [path], operation)
    return found.values()


def _render_contents(document: Json) -> str:
    entries = "".join(
        f'<li><a href="#{operation["operationId"]}"><b>{method}</b> {escape(paths[0])}</a></li>'
        for method, paths, operation in _list_operations(document)
    )
    more = '<li><a href="#models">Models</a></li><li><a href="#problems">Problems</a></li>'
    return f'<nav aria-label="Contents"><ul>{entries}{more}</ul></nav>'


def _render_security(document: Json) -> str:
    ways = "".join(
        f"<dt>{escape(_say_way(way))}</dt><dd>{_prose(way['description'])}</dd>"
        for way in document["components"]["securitySchemes"].values()
    )
    return f'<section id="credentials"><h2>Who you are</h2><dl>{ways}</dl></section>'


def _say_way(way: Json) -> str:
    if way["type"] == "http":
        return "Authorization: Bearer …"
    return f"Cookie: {way['name']}=…"


def _render_group(document: Json, group: str) -> str:
    cards = "".join(
        _render_operation(method, paths, operation)
        for method, paths, operation in _list_operations(document)
        if group in operation["tags"]
    )
    return f"<section><h2>{escape(group)}</h2>{cards}</section>"


def _render_operation(method: str, paths: list[str], operation: Json) -> str:
    name = operation["operationId"]
    others = "".join(f" or <code>{escape(path)}</code>" for path in paths[1:])
    lock = "Needs to know who you are." if operation["security"] else "Open to anybody."
    about = operation.get("description", "")
    body = operation.get("requestBody")
    return (
        f'<article id="{name}" aria-labelledby="{name}-title">'
        f'<h3 id="{name}-title"><b>{method}</b> <code>{escape(paths[0])}</code></h3>'
        f"<p><strong>{escape(operation['summary'])}.</strong> {_prose(about)} {lock}"
        f"{' Also at' + others[3:] + '.' if others else ''}</p>"
        f"{_render_parameters(operation['parameters'])}"
        f"{_render_body(body) if body else ''}"
        f'<pre tabindex="0"><code>{escape(operation["x-example"])}</code></pre>'
        f"{_render_responses(operation['responses'])}</article>"
    )


def _render_parameters(parameters: list[Json]) -> str:
    if not parameters:
        return ""
    rows = "".join(
        _row(p["name"], _say_type(p["schema"]), p["required"], p.get("description", ""))
        for p in parameters
    )
    return f'<h4>Parameters</h4><dl class="fields">{rows}</dl>'


def _render_body(body: Json) -> str:
    schema = body["content"]["application/json"]["schema"]
    return f"<h4>Body</h4><p>JSON: {_say_type(schema)}, at most 16 KB.</p>"


def _render_responses(responses: Json) -> str:
    rows = []
    for status, response in responses.items():
        ((_, content),) = response["content"].items()
        what = _say_type(content["schema"])
        headers = "".join(
            f" <code>{escape(name)}</code>: {_prose(header['description'])}"
            for name, header in response.get("headers", {}).items()
        )
        rows.append(
            f"<dt><code>{status}</code></dt><dd>{escape(response['description'])}: {what}."
            f"{headers}</dd>"
        )
    return f'<details><summary>Answers</summary><dl class="answers">{"".join(rows)}</dl></details>'


def _render_schemas(document: Json) -> str:
    cards = []
    for name, schema in document["components"]["schemas"].items():
        required = set(schema.get("required", ()))
        rows = "".join(
            _row(field, _say_type(inner), field in required, inner.get("description", ""))
            for field, inner in schema.get("properties", {}).items()
        )
        values = f"<p>{_say_type(schema)}</p>" if "enum" in schema else ""
        fields = f'<dl class="fields">{rows}</dl>' if rows else values
        cards.append(
            f'<article id="model-{escape(name)}"><h3>{escape(name)}</h3>'
            f"<p>{_prose(schema.get('description', ''))}</p>{fields}</article>"
        )
    return f'<section id="models"><h2>Models</h2>{"".join(cards)}</section>'


def _render_problems() -> str:
    rows = "".join(
        f'<dt id="{kind.slug}"><code>{kind.status}</code> {kind.slug}</dt><dd>{kind.title}.</dd>'
        for kind in ProblemKind
    )
    return f'<section id="problems"><h2>Problems</h2><dl class="answers">{rows}</dl></section>'


def _row(name: str, what: str, required: bool, about: str) -> str:
    must = " <em>required</em>" if required else ""
    said = f"<br>{_prose(about)}" if about else ""
    return f"<dt><code>{escape(name)}</code>{must}</dt><dd>{what}{said}</dd>"


def _say_type(schema: Json) -> str:
    """Return what a schema asks for, in a few words of HTML."""
    if "$ref" in schema:
        name = escape(find_component(schema["$ref"]))
        return f'<a href="#model-{name}">{name}</a>{_say_limits(schema)}'
    if "enum" in schema:
        return " or ".join(f"<code>{escape(str(value))}</code>" for value in schema["enum"])
    if "const" in schema:
        return f"<code>{escape(str(schema['const']))}</code>"
    if "anyOf" in schema:
        return " or ".join(_say_type(way) for way in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_say_type(schema.get('items', {}))}{_say_limits(schema)}"
    return f"{escape(str(schema.get('type', 'anything')))}{_say_limits(schema)}"


def _say_limits(schema: Json) -> str:
    said: list[str] = []
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        said.append(f"{low} to {high}")
    elif low is not None:
        said.append(f"from {low}")
    if "maxLength" in schema:
        said.append(f"at most {schema['maxLength']} characters")
    if "maxItems" in schema:
        said.append(f"at most {schema['maxItems']}")
    if "pattern" in schema:
        said.append(f"<code>{escape(schema['pattern'])}</code>")
    default: Any = schema.get("default")
    if default is not None:
        said.append(f"<code>{escape(str(default).lower() or 'empty')}</code> when left out")
    return f" ({', '.join(said)})" if said else ""


def _prose(text: str) -> str:
    """Return text as HTML, with what stands in backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))
