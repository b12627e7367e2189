"""Settings from the environment, read once at start-up; a bad value stops it with a sentence.

Every `GRADECHECK_X` may instead be given as `GRADECHECK_X_FILE`, the path of a file that holds it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from grader.values import Mode

PREFIX = "GRADECHECK_"
LEAST_KEY_LENGTH = 32


class SettingsError(Exception):
    """A setting is missing or can't be; the text names the variable, its value and the rule."""


class Secret(str):
    """A text that is not shown when it is printed for debugging."""

    def __repr__(self) -> str:
        return "Secret('...')"


class Environment:
    """Typed readers of the variables that begin with GRADECHECK_."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables

    def text(self, name: str, default: str | None = None) -> str:
        """The text of `name`, or of the file that `name`_FILE names; without either the default."""
        full = PREFIX + name
        if full in self._variables and f"{full}_FILE" in self._variables:
            raise SettingsError(f"{full} and {full}_FILE are both set; only one of them can be")
        if f"{full}_FILE" in self._variables:
            return _file(f"{full}_FILE", self._variables[f"{full}_FILE"])
        value = self._variables.get(full, "").strip()
        if value or default is not None:
            return value or str(default)
        raise SettingsError(f"{full} is not set")

    def number(self, name: str, default: float, *, least: float, most: float) -> float:
        """A number within bounds."""
        value = self.text(name, str(default))
        try:
            number = float(value)
        except ValueError:
            number = float("nan")
        if not least <= number <= most:
            raise SettingsError(
                f"{PREFIX}{name} is {value!r}; it is to be a number from {least:g} to {most:g}"
            )
        return number

    def whole(self, name: str, default: int, *, least: int, most: int) -> int:
        """A whole number within bounds."""
        number = self.number(name, default, least=least, most=most)
        if number != int(number):
            raise SettingsError(f"{PREFIX}{name} is {number:g}; it is to be a whole number")
        return int(number)

    def mode(self, name: str, default: Mode) -> Mode:
        """A mode of isolation."""
        value = self.text(name, default.value)
        try:
            return Mode(value)
        except ValueError:
            known = ", ".join(Mode)
            raise SettingsError(f"{PREFIX}{name} is {value!r}; it is to be one of {known}") from None

    def secret(self, name: str) -> Secret | None:
        """A secret of at least 32 characters, None if it is not set; there is no default."""
        value = self.text(name, "")
        if value and len(value) < LEAST_KEY_LENGTH:
            raise SettingsError(
                f"{PREFIX}{name} has {len(value)} characters; it is to have {LEAST_KEY_LENGTH} or more"
            )
        return Secret(value) if value else None


def _file(variable: str, path: str) -> str:
    try:
        value = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise SettingsError(f"{variable} names {path}, which can't be read: {reason}") from error
    if not value:
        raise SettingsError(f"{variable} names {path}, which is empty")
    return value


@dataclass(frozen=True)
class Settings:
    """What a process of the service is told. `slots` is how many gradings a worker runs at once;
    `lease_s` and `sweep_s` are seconds."""

    database_url: str = field(repr=False)  # it may hold a password
    redis_url: str = field(repr=False)
    runner_socket: Path
    least_mode: Mode
    secret_key: Secret | None
    slots: int
    lease_s: float
    sweep_s: float

    @property
    def needed_secret_key(self) -> Secret:
        """The key that signs cookies; SettingsError if none is set, since no default is safe."""
        if self.secret_key is None:
            raise SettingsError(
                f"{PREFIX}SECRET_KEY is not set; make one with: "
                "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
            )
        return self.secret_key


def read_settings(variables: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process (or of the given variables); SettingsError says what can't be."""
    environment = Environment(os.environ if variables is None else variables)
    return Settings(
        database_url=_address(environment, "DATABASE_URL", "sqlite", "postgresql"),
        redis_url=_address(environment, "REDIS_URL", "unix", "redis", "rediss"),
        runner_socket=_socket(environment, "RUNNER_SOCKET"),
        least_mode=environment.mode("LEAST_MODE", Mode.CONTAINER),
        secret_key=environment.secret("SECRET_KEY"),
        slots=environment.whole("SLOTS", 2, least=1, most=256),
        lease_s=environment.number("LEASE_S", 30.0, least=1, most=3600),
        sweep_s=environment.number("SWEEP_S", 2.0, least=0.1, most=600),
    )


def _address(environment: Environment, name: str, *schemes: str) -> str:
    value = environment.text(name)
    scheme, colon, _ = value.partition("://")
    if not colon or scheme.partition("+")[0] not in schemes:
        known = ", ".join(f"{scheme}://" for scheme in schemes)
        raise SettingsError(f"{PREFIX}{name} begins with {scheme[:20]!r}; it is to begin with one of {known}")
    return value


def _socket(environment: Environment, name: str) -> Path:
    path = Path(environment.text(name))
    if not path.is_absolute() or len(os.fsencode(path)) > 107:
        raise SettingsError(
            f"{PREFIX}{name} is {str(path)!r}; it is to be an absolute path of at most 107 bytes"
        )
    return path
