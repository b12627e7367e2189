"""What the web server is told beside the settings of every process."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from grader.settings import Settings, read, read_settings


def _names(value: object) -> object:
    return (
        tuple(name for part in value.split(",") if (name := part.strip()))
        if isinstance(value, str)
        else value
    )


def _flag(value: object) -> object:
    if isinstance(value, str) and value.lower() not in ("yes", "no"):
        raise ValueError(f"is {value!r}; expected yes or no")
    return value


class WebSettings(BaseModel):
    """`hosts` are the names it answers to, `https` says that readers come by HTTPS (cookies are
    then for HTTPS alone), `proxies` how many proxies of ours stand in front, `web_threads` how
    many requests are answered at once."""

    model_config = ConfigDict(frozen=True)

    service: Settings
    hosts: Annotated[tuple[str, ...], BeforeValidator(_names)] = ("localhost", "127.0.0.1", "[::1]")
    https: Annotated[bool, BeforeValidator(_flag)] = False
    proxies: int = Field(0, ge=0, le=5)
    web_threads: int = Field(16, ge=1, le=256)


def read_web_settings(variables: Mapping[str, str] | None = None) -> WebSettings:
    """The settings of this process (or of the given variables); SettingsError says what can't be."""
    variables = os.environ if variables is None else variables
    return read(WebSettings, variables, service=read_settings(variables))
