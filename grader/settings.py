"""Settings from the environment, read once at the start; a wrong value stops the program with a message.

`GRADECHECK_X_FILE` may be set instead of `GRADECHECK_X`: the path of a file that holds the value.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError

from grader.values import Mode

PREFIX = "GRADECHECK_"
LEAST_KEY_LENGTH = 32
Model = TypeVar("Model", bound=BaseModel)


class SettingsError(Exception):
    """A setting is missing or wrong; the text names the variable, its value and the rule."""


def _begins_with(*schemes: str) -> AfterValidator:
    def check(url: str) -> str:
        scheme, colon, _ = url.partition("://")
        if not colon or scheme.partition("+")[0] not in schemes:
            known = ", ".join(f"{scheme}://" for scheme in schemes)
            raise ValueError(f"begins with {scheme[:20]!r}; it must begin with one of {known}")
        return url

    return AfterValidator(check)


def _socket_path(path: Path) -> Path:
    if not path.is_absolute() or len(os.fsencode(path)) > 107:
        raise ValueError(f"is {str(path)!r}; it must be an absolute path of at most 107 bytes")
    return path


def _long_enough(key: SecretStr) -> SecretStr:
    if len(key) < LEAST_KEY_LENGTH:
        raise ValueError(f"has {len(key)} characters; it must have at least {LEAST_KEY_LENGTH}")
    return key


def _smtp(url: SecretStr) -> SecretStr:
    parts = urlsplit(url.get_secret_value())
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("is not of the form smtp://[USER:PASSWORD@]HOST[:PORT], or smtps:// for TLS at once")
    return url


def _address(address: str) -> str:
    name, at, host = address.partition("@")
    if address and not (name and at and host and address.isascii() and not set(address) & set(' <>,;"\r\n')):
        raise ValueError(f"is {address!r}; expected is an address alone, such as gradecheck@example.org")
    return address


def _site(url: str) -> str:
    parts = urlsplit(url)
    if url and (
        parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.path.strip("/")
    ):
        raise ValueError(
            f"is {url!r}; expected is the address of the pages, such as https://grade.example.org"
        )
    return url.rstrip("/")


@dataclass(frozen=True)
class OutgoingMail:
    """The server that sends e-mail, the sender's address, and the address of our pages in links."""

    smtp_url: str = field(repr=False)
    sender: str
    public_url: str


class Settings(BaseModel):
    """The settings of a process of the service. `slots` is how many gradings a worker runs at the same
    time; `lease_s` and `sweep_s` are seconds. E-mail is sent through `smtp_url` from `mail_from`, if both are
    set; links in it begin with `public_url`."""

    model_config = ConfigDict(frozen=True)

    # URLs may contain a password
    database_url: Annotated[str, _begins_with("sqlite", "postgresql")] = Field(repr=False)
    redis_url: Annotated[str, _begins_with("unix", "redis", "rediss")] = Field(repr=False)
    runner_socket: Annotated[Path, AfterValidator(_socket_path)]
    least_mode: Mode = Mode.CONTAINER
    secret_key: Annotated[SecretStr, AfterValidator(_long_enough)] | None = None
    slots: int = Field(2, ge=1, le=256)
    lease_s: float = Field(30.0, ge=1, le=3600)
    sweep_s: float = Field(2.0, ge=0.1, le=600)
    smtp_url: Annotated[SecretStr, AfterValidator(_smtp)] | None = None
    mail_from: Annotated[str, AfterValidator(_address)] = ""
    public_url: Annotated[str, AfterValidator(_site)] = ""

    @property
    def needed_secret_key(self) -> str:
        """The key that signs cookies. Raises SettingsError if none is set, since no default is safe."""
        if self.secret_key is None:
            raise SettingsError(
                f"{PREFIX}SECRET_KEY is not set; make one with: "
                "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
            )
        return self.secret_key.get_secret_value()

    @property
    def outgoing_mail(self) -> OutgoingMail | None:
        """How e-mail is sent, None if none is. Raises SettingsError if a part is missing."""
        if self.smtp_url is None:
            return None
        for name in ("mail_from", "public_url"):
            if not getattr(self, name):
                raise SettingsError(f"{PREFIX}{name.upper()} is not set; with {PREFIX}SMTP_URL it must be")
        return OutgoingMail(self.smtp_url.get_secret_value(), self.mail_from, self.public_url)


def read_settings(variables: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process (or of the given variables). Raises SettingsError."""
    return read(Settings, os.environ if variables is None else variables)


def read(model: type[Model], variables: Mapping[str, str], **known: object) -> Model:
    """The model with each field read from the variable of its name. Raises SettingsError."""
    names = [name for name in model.model_fields if name not in known]
    values = {name: value for name in names if (value := text(name.upper(), variables))}
    try:
        return model.model_validate(values | known)
    except ValidationError as error:
        raise SettingsError(
            _sentence(error)
        ) from None  # the original error shows the value, which may be secret


def text(name: str, variables: Mapping[str, str]) -> str:
    """The value of GRADECHECK_`name`, or of the file that GRADECHECK_`name`_FILE names; "" without both."""
    variable = PREFIX + name
    if variable in variables and f"{variable}_FILE" in variables:
        raise SettingsError(f"{variable} and {variable}_FILE are both set; only one of them is allowed")
    if f"{variable}_FILE" in variables:
        return _file(f"{variable}_FILE", variables[f"{variable}_FILE"])
    return variables.get(variable, "").strip()


def _file(variable: str, path: str) -> str:
    try:
        value = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise SettingsError(f"{variable} names {path}, which can't be read: {reason}") from error
    if not value:
        raise SettingsError(f"{variable} names {path}, which is empty")
    return value


def _sentence(error: ValidationError) -> str:
    """The first error: the message of a validator above, or the value and the rule that it breaks."""
    first = error.errors()[0]
    variable = f"{PREFIX}{first['loc'][0]}".upper()
    if first["type"] == "missing":
        return f"{variable} is not set"
    if first["type"] == "value_error":
        return f"{variable} {first['ctx']['error']}"
    return f"{variable} is {first['input']!r}: {first['msg'][0].lower()}{first['msg'][1:]}"
