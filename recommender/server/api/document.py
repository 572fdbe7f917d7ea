"""The OpenAPI document, made from the operations and the models that validate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from recommender import __version__
from recommender.server.api.operation import Access, Operation
from recommender.server.api.problems import PROBLEM_TYPE, ProblemDetails, ProblemKind
from recommender.server.cookies import GUEST_COOKIE, SESSION_COOKIE

Json = dict[str, Any]

DOCUMENT_PATH = "/api/openapi.json"
_REF = "#/components/schemas/"
_ABOUT = (
    "What the pages of Marquee show, for other programs. Errors are problem details (RFC 9457). "
    "Film facts: information courtesy of IMDb (https://www.imdb.com), used with permission, for "
    "personal and non-commercial use. Posters and overviews: this product uses the TMDB API but is "
    "not endorsed or certified by TMDB."
)
_SECURITY: dict[str, Json] = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "A token from `POST /api/login` or from the account's page.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": SESSION_COOKIE,
        "description": "The cookie of who has signed in on a page. Requests that change something "
        "need the page's own `Origin` with it.",
    },
    "guest": {
        "type": "apiKey",
        "in": "cookie",
        "name": GUEST_COOKIE,
        "description": "The cookie of a guest who has said something of a film; with `Origin`, "
        "as above.",
    },
}
_MORE_HEADERS = {
    401: ("WWW-Authenticate", "How to show who you are (RFC 6750).", "string"),
    429: ("Retry-After", "Seconds to wait.", "integer"),
    503: ("Retry-After", "Seconds to wait.", "integer"),
}


class _Schemas(GenerateJsonSchema):
    """JSON Schema without a title for every field: it would only say the name again."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def build_document(operations: Sequence[Operation[Any]]) -> Json:
    """Return the OpenAPI 3.1 document of some operations.

    Parameters
    ----------
    operations
        What is served.

    Returns
    -------
    dict
        Ready for JSON.
    """
    schemas, components = _collect_schemas(operations)
    paths: dict[str, Json] = {}
    for operation in operations:
        for position, path in enumerate(operation.paths):
            described = _describe(operation, schemas, components, alias=position > 0)
            paths.setdefault(path, {})[operation.method.lower()] = described
    # What is only asked in queries stands there, field by field.
    used = _find_used(components, paths)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Marquee", "version": __version__, "description": _ABOUT},
        "servers": [{"url": "/"}],
        "tags": [{"name": name} for name in dict.fromkeys(op.group for op in operations)],
        "paths": paths,
        "components": {
            "schemas": {name: components[name] for name in sorted(used)},
            "securitySchemes": _SECURITY,
        },
    }


def find_component(reference: str) -> str:
    """Return the name of the component that a ``$ref`` names."""
    return reference.removeprefix(_REF)


def _collect_schemas(operations: Sequence[Operation[Any]]) -> tuple[dict[str, Json], Json]:
    """Return the schemas of what is asked and answered by key, and the components they name."""
    wanted: list[tuple[str, Any, TypeAdapter[Any]]] = [
        ("problem", "serialization", TypeAdapter(ProblemDetails))
    ]
    for operation in operations:
        wanted.append((f"{operation.name} asks", "validation", TypeAdapter(operation.asks)))
        wanted.append((f"{operation.name} answers", "serialization", operation.adapter))
    found, shared = TypeAdapter.json_schemas(
        wanted, ref_template=_REF + "{model}", schema_generator=_Schemas
    )
    return {key: schema for (key, _), schema in found.items()}, shared["$defs"]


def _describe(
    operation: Operation[Any], schemas: dict[str, Json], components: Json, *, alias: bool
) -> Json:
    asked = schemas[f"{operation.name} asks"]
    described: Json = {
        "operationId": f"{operation.name}AtRoot" if alias else operation.name,
        "tags": [operation.group],
        "summary": operation.summary,
        "parameters": list(_list_parameters(operation, _resolve(asked, components))),
        "responses": _describe_responses(operation, schemas),
        "security": [{name: []} for name in _SECURITY] if operation.access is Access.PERSON else [],
        "x-example": operation.example,
    }
    if operation.description:
        described["description"] = operation.description
    if operation.has_body:
        described["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": asked}},
        }
    return described


def _list_parameters(operation: Operation[Any], asked: Json) -> Iterable[Json]:
    required = set(asked.get("required", ()))
    for name, schema in asked.get("properties", {}).items():
        in_path = name in operation.path_fields
        if operation.has_body and not in_path:
            continue
        described = {
            "name": name,
            "in": "path" if in_path else "query",
            "required": name in required,
            "schema": _without_null(schema),
        }
        if "description" in described["schema"]:
            described["description"] = described["schema"].pop("description")
        yield described


def _resolve(schema: Json, components: Json) -> Json:
    """Return a schema, or the component it stands for."""
    return components[find_component(schema["$ref"])] if "$ref" in schema else schema


def _without_null(schema: Json) -> Json:
    """Return the schema of a parameter: what is null in a model is left out of a query."""
    kept = {key: value for key, value in schema.items() if key != "anyOf"}
    others = [way for way in schema.get("anyOf", ()) if way != {"type": "null"}]
    if kept.get("default", ...) is None:
        del kept["default"]
    return {**others[0], **kept} if others else kept


def _describe_responses(operation: Operation[Any], schemas: dict[str, Json]) -> Json:
    good: Json = {
        "description": operation.summary,
        "content": {"application/json": {"schema": schemas[f"{operation.name} answers"]}},
    }
    if operation.headers:
        good["headers"] = {
            name: {"description": text, "schema": {"type": "string"}}
            for name, text in operation.headers.items()
        }
    responses: Json = {"200": good}
    for kind in operation.all_problems:
        known = responses.get(str(kind.status))
        if known is not None:
            known["description"] += f", or: {kind.title}"
            continue
        responses[str(kind.status)] = _describe_problem(kind, schemas["problem"])
    return responses


def _describe_problem(kind: ProblemKind, schema: Json) -> Json:
    described: Json = {
        "description": kind.title,
        "content": {PROBLEM_TYPE: {"schema": schema}},
    }
    if kind.status in _MORE_HEADERS:
        name, text, type_ = _MORE_HEADERS[kind.status]
        described["headers"] = {name: {"description": text, "schema": {"type": type_}}}
    return described


def _find_used(components: Json, paths: Json) -> set[str]:
    """Return the components that paths name, and those that these name in turn."""
    used: set[str] = set()
    waiting: list[Any] = [paths]
    while waiting:
        match waiting.pop():
            case {"$ref": str(reference)}:
                name = find_component(reference)
                if name not in used:
                    used.add(name)
                    waiting.append(components[name])
            case dict() as inner:
                waiting.extend(inner.values())
            case list() as inner:
                waiting.extend(inner)
    return used
