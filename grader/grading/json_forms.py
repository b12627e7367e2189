"""The JSON form of a frozen value, built_form by pydantic from the annotations of its fields.

Decimals and draw keys are strings, bytes are base64, NaN and infinity the strings "nan", "inf" and "-inf".
The rest follows from the marks of `grader.values.bounds`. A new field of a dataclass needs no change here.
"""

from __future__ import annotations

import base64
import dataclasses
import functools
import math
import types
from collections.abc import Mapping, Set
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
    WrapSerializer,
    create_model,
)

from grader.grading.score import decimal_text
from grader.values.bounds import AsObject, AtLeast, Hex, Most, OneOf

FORMER_NAMES = {"mistakes": "slips"}
"""The earlier names of keys in reports: they are read, but not written."""

_DECIMAL = Annotated[
    Decimal,
    PlainSerializer(decimal_text, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]+(\.[0-9]{1,2})?$"}),
]
_FLOAT = Annotated[
    float,
    PlainSerializer(lambda x: x if math.isfinite(x) else str(x)),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"enum": ["nan", "inf", "-inf"]}]}),
]
_BYTES = Annotated[
    bytes,
    BeforeValidator(base64.b64decode),
    PlainSerializer(lambda data: base64.b64encode(data).decode("ascii"), return_type=str),
    WithJsonSchema({"type": "string", "contentEncoding": "base64"}),
]
_INSTANT = Annotated[
    datetime,
    PlainSerializer(datetime.isoformat, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
_PLAIN = {Decimal: _DECIMAL, float: _FLOAT, bytes: _BYTES, datetime: _INSTANT}
_OBJECT = Annotated[
    dict[str, str],
    AfterValidator(lambda facts: tuple(facts.items())),
    WrapSerializer(lambda facts, write: write(dict(facts))),
]


def form(hint: Any) -> Any:
    """The annotation with which pydantic reads and writes a field of this type."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _marked(inner[0], inner[1:])
    if _is_record(hint):
        return record(hint)
    if origin in (Union, types.UnionType):
        return Union[tuple(form(part) for part in inner)]  # noqa: UP007 - its parts are known only at run time
    if origin is tuple:
        return tuple[tuple(part if part is Ellipsis else form(part) for part in inner)]  # type: ignore[misc]
    if origin is Mapping:
        return dict[inner[0], form(inner[1])]  # type: ignore[misc, valid-type]
    return _PLAIN.get(hint, hint)


def _is_record(hint: Any) -> bool:
    return dataclasses.is_dataclass(hint)


def _marked(hint: Any, marks: tuple[Any, ...]) -> Any:
    built_form = _OBJECT if AsObject() in marks else form(hint)
    for mark in marks:
        match mark:
            case Hex(digits):
                built_form = _hexadecimal(digits)
            case AtLeast(least):
                built_form = Annotated[built_form, Field(ge=least)]
            case Most(number) if get_origin(hint) is tuple:
                built_form = Annotated[built_form, Field(max_length=number)]
            case OneOf(choices):  # only in the schema: stored values are not checked
                built_form = Annotated[built_form, Field(json_schema_extra={"enum": [*choices]})]
            case WithJsonSchema():
                built_form = Annotated[built_form, mark]
    return built_form


def _hexadecimal(digits: int) -> Any:
    return Annotated[
        int,
        BeforeValidator(lambda text: int(text, 16)),
        PlainSerializer(lambda number: f"{number:0{digits}x}", return_type=str),
        WithJsonSchema({"type": "string", "pattern": f"^[0-9a-f]{{{digits},64}}$"}),
    ]


@functools.cache
def record(kind: Any) -> Any:
    """The annotation with which pydantic reads and writes a dataclass."""
    built_form, names = model(kind), [field.name for field in dataclasses.fields(kind)]

    def built(read: BaseModel) -> Any:
        return kind(**{name: getattr(read, name) for name in names})

    return Annotated[
        built_form,
        AfterValidator(built),
        WrapSerializer(lambda value, write: write(filled(built_form, value))),
    ]


def model(kind: Any, name: str = "", optional: Set[str] = frozenset(), **more: Any) -> type[BaseModel]:
    """A pydantic model with the fields of a dataclass (positional ones first) and the `more` fields, given as
    (type, default) by name. In the schema, the `optional` fields are not required."""
    hints = get_type_hints(kind, include_extras=True)
    fields = sorted(dataclasses.fields(kind), key=lambda field: field.kw_only is True)
    known = {field.name: (form(hints[field.name]), _field(field)) for field in fields}

    def closed(schema: dict[str, Any]) -> None:
        schema["additionalProperties"] = False
        schema["required"] = [key for key in schema["properties"] if key not in optional]

    config = ConfigDict(
        frozen=True, extra="ignore", json_schema_extra=closed
    )  # a later version may have more keys
    built_form: type[BaseModel] = create_model(
        name or kind.__name__, __config__=config, __doc__=kind.__doc__, **{**known, **more}
    )
    return built_form


def filled(built_form: type[BaseModel], value: Any, **more: Any) -> BaseModel:
    """An instance of a model with the values of a dataclass's instance, and the `more` values."""
    values = {name: getattr(value, name) for name in built_form.model_fields if name not in more}
    return built_form.model_construct(**values, **more)


def _field(field: dataclasses.Field[Any]) -> Any:
    former = FORMER_NAMES.get(field.name)
    names: dict[str, Any] = {"validation_alias": AliasChoices(field.name, former)} if former else {}
    if field.default is not dataclasses.MISSING:
        return Field(default=field.default, **names)
    if field.default_factory is not dataclasses.MISSING:
        return Field(default_factory=field.default_factory, **names)
    return Field(**names)
