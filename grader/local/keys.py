"""`python -m grader.local.keys FOLDER REDIS_FOLDER`: the secrets of a compose installation, made once."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

PASSWORDS = ("postgres_password", "redis_password")


def make_keys(folder: Path, for_redis: Path) -> list[str]:
    """Write the keys that are missing; returns their names.

    Those in `folder` are their owner's alone. `for_redis` is seen by Redis only, under another user
    id, and holds its configuration with the one password that it knows.
    """
    database, redis = (_keep(folder / name, secrets.token_urlsafe(24)) for name in PASSWORDS)
    made = {
        "secret_key": secrets.token_urlsafe(48),
        "database_url": f"postgresql://gradecheck:{database}@postgres:5432/gradecheck",
        "redis_url": f"redis://:{redis}@redis:6379/0",
    }
    for name, value in made.items():
        _keep(folder / name, value)
    _keep(for_redis / "redis.conf", f"requirepass {redis}\n", mode=0o444)
    return [*PASSWORDS, *made]


def _keep(path: Path, value: str, mode: int = 0o400) -> str:
    """The key in this file; `value` becomes it if there is none."""
    if not path.exists():
        partial = path.with_suffix(".new")
        partial.unlink(missing_ok=True)
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:
            file.write(value)
        partial.rename(path)  # whole or not at all
    return path.read_text()


if __name__ == "__main__":
    print("keys:", ", ".join(make_keys(Path(sys.argv[1]), Path(sys.argv[2]))))
