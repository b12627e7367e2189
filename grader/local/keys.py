"""`python -m grader.local.keys FOLDER REDIS_FOLDER`: makes the secrets of a docker compose installation."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

PASSWORDS = ("postgres_password", "redis_password")


def make_keys(folder: Path, for_redis: Path) -> list[str]:
    """Write the keys that are missing; returns the names of all keys.

    The files in `folder` can be read by their owner only. The folder `for_redis` is mounted only for Redis,
    which has another user id; it holds the configuration with the one password that Redis needs.
    """
    database, redis = (_key(folder / name, secrets.token_urlsafe(24)) for name in PASSWORDS)
    others = {
        "secret_key": secrets.token_urlsafe(48),
        "database_url": f"postgresql://gradecheck:{database}@postgres:5432/gradecheck",
        "redis_url": f"redis://:{redis}@redis:6379/0",
    }
    for name, value in others.items():
        _key(folder / name, value)
    _key(for_redis / "redis.conf", f"requirepass {redis}\n", mode=0o444)
    return [*PASSWORDS, *others]


def _key(path: Path, value: str, mode: int = 0o400) -> str:
    """The key in this file; if there is no file, it is made with `value`."""
    if not path.exists():
        partial = path.with_suffix(".new")
        partial.unlink(missing_ok=True)
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:
            file.write(value)
        partial.rename(path)  # the file is complete or not there
    return path.read_text()


if __name__ == "__main__":
    print("keys:", ", ".join(make_keys(Path(sys.argv[1]), Path(sys.argv[2]))))
