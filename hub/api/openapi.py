"""openapi.json, made of the table of routes. Pure; calls `hub.api.{scopes,schemas,table}`."""

import re
from typing import Any, Final

from hub.api import schemas, table
from hub.api.scopes import SCOPES
from hub.api.table import PARTS, ROOT, ROUTES, VERSION, Route

EXPORT: Final = "application/x-tar"


def document() -> dict[str, Any]:
    """OpenAPI 3.1."""
    paths = {f"/{ROOT}{one.path}": {"get": _operation(one)} for one in ROUTES}
    paths[f"/{ROOT}exports"]["post"] = _take()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "系统总端口 the inspectors' port",
            "version": VERSION,
            "description": "只读。 Reading alone. Errors are {code, zh, en, next_zh, next_en}.",
        },
        "paths": paths,
        "components": {
            "schemas": {"Refusal": schemas.REFUSAL},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }


def _operation(route: Route) -> dict[str, Any]:
    parts = re.findall(r"\{(\w+)\}", route.path)
    return {
        "operationId": route.name,
        "summary": f"{route.zh} {route.en}",
        "description": _scope(route.may),
        "parameters": [
            *({"name": one, "in": "path", "required": True, "schema": PARTS[one]} for one in parts),
            *(
                {
                    "name": one.name,
                    "in": "query",
                    "description": f"{one.zh} {one.en}",
                    "schema": one.schema,
                }
                for one in route.params
            ),
        ],
        "responses": {
            "200": _content("application/json", route.shape, route.en),
            **_refusals("404" if parts else ""),
        },
    }


def _take() -> dict[str, Any]:
    """Taking out an export is the one thing that leaves a row."""
    return {
        "operationId": table.TAKE,
        "summary": "批量导出 take out records, photos and proofs as one archive",
        "description": _scope("exports"),
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": table.WANTED}},
        },
        "responses": {
            "200": _content(EXPORT, {"type": "string", "format": "binary"}, "a tar archive"),
            **_refusals(),
        },
    }


def _scope(may: str | None) -> str:
    return "" if may is None else f"{may}: {' '.join(SCOPES[may])}"


def _refusals(*more: str) -> dict[str, Any]:
    refusal = {"$ref": "#/components/schemas/Refusal"}
    wanted = {
        "400": "not as the table says",
        "401": "no token that is in force",
        "403": "this token does not read it",
        "404": "not there, or not for this token",
        "429": "too often, or an export of the same token is under way",
    }
    named = ("400", "401", "403", "429", *filter(None, more))
    made = {one: _content("application/json", refusal, wanted[one]) for one in named}
    made["429"]["headers"] = {
        "Retry-After": {
            "description": "seconds until it may be asked again",
            "required": True,
            "schema": {"type": "integer", "minimum": 1},
        }
    }
    return made


def _content(kind: str, schema: schemas.Schema, words: str) -> dict[str, Any]:
    return {"description": words, "content": {kind: {"schema": schema}}}
