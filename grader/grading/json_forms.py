"""The JSON form of a frozen value, made by pydantic from the annotations of its fields.

Decimals and draw keys are texts, bytes base64, NaN and infinity the texts "nan", "inf" and "-inf". The
marks of `grader.values.bounds` say the rest. A new field of a dataclass needs nothing here.
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
"""Keys that reports had before; they are read, never written."""

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
    """What pydantic is to make of a field of this type."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _marked(inner[0], inner[1:])
    if _is_record(hint):
        return record(hint)
    if origin in (Union, types.UnionType):
        return Union[tuple(form(each) for each in inner)]  # noqa: UP007 - made of what is known at run time
    if origin is tuple:
        return tuple[tuple(each if each is Ellipsis else form(each) for each in inner)]  # type: ignore[misc]
    if origin is Mapping:
        return dict[inner[0], form(inner[1])]  # type: ignore[misc, valid-type]
    return _PLAIN.get(hint, hint)


def _is_record(hint: Any) -> bool:
    return dataclasses.is_dataclass(hint)


def _marked(hint: Any, marks: tuple[Any, ...]) -> Any:
    made = _OBJECT if AsObject() in marks else form(hint)
    for mark in marks:
        match mark:
            case Hex(digits):
                made = _hexadecimal(digits)
            case AtLeast(least):
                made = Annotated[made, Field(ge=least)]
            case Most(number) if get_origin(hint) is tuple:
                made = Annotated[made, Field(max_length=number)]
            case OneOf(choices):  # of a stored value it is not asked
                made = Annotated[made, Field(json_schema_extra={"enum": [*choices]})]
            case WithJsonSchema():
                made = Annotated[made, mark]
    return made


def _hexadecimal(digits: int) -> Any:
    return Annotated[
        int,
        BeforeValidator(lambda text: int(text, 16)),
        PlainSerializer(lambda number: f"{number:0{digits}x}", return_type=str),
        WithJsonSchema({"type": "string", "pattern": f"^[0-9a-f]{{{digits},64}}$"}),
    ]


@functools.cache
def record(kind: Any) -> Any:
    """What pydantic is to make of a dataclass, from JSON and to it."""
    made, names = model(kind), [field.name for field in dataclasses.fields(kind)]

    def built(read: BaseModel) -> Any:
        return kind(**{name: getattr(read, name) for name in names})

    return Annotated[
        made, AfterValidator(built), WrapSerializer(lambda value, write: write(filled(made, value)))
    ]


def model(kind: Any, name: str = "", optional: Set[str] = frozenset(), **more: Any) -> type[BaseModel]:
    """A pydantic model with the fields of a dataclass, those with a place in its constructor first, and
    `more` fields, (type, default) by name. JSON may lack those that are `optional`."""
    hints = get_type_hints(kind, include_extras=True)
    fields = sorted(dataclasses.fields(kind), key=lambda field: field.kw_only is True)
    known = {field.name: (form(hints[field.name]), _field(field)) for field in fields}

    def closed(schema: dict[str, Any]) -> None:
        schema["additionalProperties"] = False
        schema["required"] = [key for key in schema["properties"] if key not in optional]

    config = ConfigDict(frozen=True, extra="ignore", json_schema_extra=closed)  # a later version may say more
    made: type[BaseModel] = create_model(
        name or kind.__name__, __config__=config, __doc__=kind.__doc__, **{**known, **more}
    )
    return made


def filled(made: type[BaseModel], value: Any, **more: Any) -> BaseModel:
    """An instance of a model with what a dataclass' instance holds under the same names, and `more`."""
    held = {name: getattr(value, name) for name in made.model_fields if name not in more}
    return made.model_construct(**held, **more)


def _field(field: dataclasses.Field[Any]) -> Any:
    former = FORMER_NAMES.get(field.name)
    names: dict[str, Any] = {"validation_alias": AliasChoices(field.name, former)} if former else {}
    if field.default is not dataclasses.MISSING:
        return Field(default=field.default, **names)
    if field.default_factory is not dataclasses.MISSING:
        return Field(default_factory=field.default_factory, **names)
    return Field(**names)
