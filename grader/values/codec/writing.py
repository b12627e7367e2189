"""Encodes frozen dataclasses as plain values."""

from __future__ import annotations

import dataclasses
import functools
import json
import types
from collections.abc import Mapping
from typing import Annotated, Any, Union, cast, get_args, get_origin

from grader.values.bounds import Hex, JsonText
from grader.values.codec.annotations import Step, hints_of, without_none


@functools.cache
def writer_of(hint: Any) -> Step:
    """The function that makes plain values from a value of this type. A similar value is converted: an int
    becomes a float."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _marked_writer(inner[0], inner[1:])
    if dataclasses.is_dataclass(hint):
        return _record_writer(cast(type, hint))
    if origin in (Union, types.UnionType):
        write = writer_of(without_none(inner))
        return lambda value: None if value is None else write(value)
    if origin is tuple:
        return _row_writer(inner)
    if origin is Mapping:
        return dict
    if hint is float or hint is int or hint is bool or hint is bytes:
        return cast(Step, hint)
    return str  # strings, string enums, decimals


def _marked_writer(hint: Any, marks: tuple[Any, ...]) -> Step:
    for mark in marks:
        if isinstance(mark, Hex):
            digits = mark.digits
            return lambda value: f"{value:0{digits}x}"
        if isinstance(mark, JsonText):
            return lambda value: json.dumps(value, separators=(",", ":"), allow_nan=False)
    return writer_of(hint)


def _record_writer(kind: type) -> Step:
    """Leaves out what `decode` would put there by itself: most fields of most outcomes."""
    defaults = {field.name: field.default for field in dataclasses.fields(kind)}
    writers = [(name, writer_of(hint), defaults[name]) for name, hint in hints_of(kind).items()]

    def record(value: Any) -> dict[str, Any]:
        plain = {}
        for name, write, default in writers:
            if (item := getattr(value, name)) is not default:
                plain[name] = write(item)
        return plain

    return record


def _row_writer(inner: tuple[Any, ...]) -> Step:
    if len(inner) == 2 and inner[1] is Ellipsis:
        write = writer_of(inner[0])
        return lambda value: [write(item) for item in value]
    writers = [writer_of(hint) for hint in inner]
    return lambda value: [write(item) for write, item in zip(writers, value, strict=True)]
