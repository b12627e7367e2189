"""The settings of the web server, in addition to those of every process."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from grader.settings import Settings, read, read_settings
from web.connections import ConnectionLimits


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
    """`hosts` are the host names that the server answers to, `https` says whether readers use HTTPS
    (cookies are then sent over HTTPS only), `proxies` is the number of our own proxies in front of the
    server, `web_threads` the number of requests that are answered at the same time. A log-in ends after
    `login_idle_min` minutes without a request of its reader, and in any case after `login_max_h` hours.
    The others are limits of connections, see `ConnectionLimits`; a proxy of ours has to count those of each
    client."""

    model_config = ConfigDict(frozen=True)

    service: Settings
    hosts: Annotated[tuple[str, ...], BeforeValidator(_names)] = ("localhost", "127.0.0.1", "[::1]")
    https: Annotated[bool, BeforeValidator(_flag)] = False
    proxies: int = Field(0, ge=0, le=5)
    web_threads: int = Field(16, ge=1, le=256)
    login_idle_min: int = Field(120, ge=1, le=43_200)
    login_max_h: int = Field(12, ge=1, le=720)
    head_s: float = Field(10.0, ge=0.1, le=600)
    body_s: float = Field(1200.0, ge=1, le=86_400)
    idle_s: float = Field(30.0, ge=0.1, le=600)
    connections: int = Field(500, ge=10, le=20_000)
    connections_a_client: int = Field(100, ge=5, le=20_000)

    @property
    def connection_limits(self) -> ConnectionLimits:
        """The limits of the server's connections."""
        return ConnectionLimits(
            self.head_s,
            self.body_s,
            self.idle_s,
            connections=self.connections,
            a_client=0 if self.proxies else self.connections_a_client,
        )


def read_web_settings(variables: Mapping[str, str] | None = None) -> WebSettings:
    """The settings of this process, or of `variables` if passed. Raises SettingsError for a wrong value."""
    variables = os.environ if variables is None else variables
    return read(WebSettings, variables, service=read_settings(variables))
