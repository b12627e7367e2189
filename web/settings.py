"""What the web server is told beside the settings of every process."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from grader.settings import PREFIX, Environment, Settings, SettingsError, read_settings

LOCAL = "localhost,127.0.0.1,[::1]"


@dataclass(frozen=True)
class WebSettings:
    """`hosts` are the names it answers to, `https` says that readers come by HTTPS (cookies are
    then for HTTPS alone), `proxies` how many proxies of ours stand in front, `threads` how
    many requests are answered at once."""

    service: Settings
    hosts: tuple[str, ...] = ("localhost", "127.0.0.1", "[::1]")
    https: bool = False
    proxies: int = 0
    threads: int = 16


def read_web_settings(variables: Mapping[str, str] | None = None) -> WebSettings:
    """The settings of this process (or of the given variables); SettingsError says what can't be."""
    variables = os.environ if variables is None else variables
    environment = Environment(variables)
    hosts = tuple(host.strip() for host in environment.text("HOSTS", LOCAL).split(",") if host.strip())
    return WebSettings(
        service=read_settings(variables),
        hosts=hosts,
        https=_flag(environment, "HTTPS"),
        proxies=environment.whole("PROXIES", 0, least=0, most=5),
        threads=environment.whole("WEB_THREADS", 16, least=1, most=256),
    )


def _flag(environment: Environment, name: str) -> bool:
    value = environment.text(name, "no").lower()
    if value not in ("yes", "no"):
        raise SettingsError(f"{PREFIX}{name} is {value!r}; it is to be yes or no")
    return value == "yes"
