"""`python -m grader.up.keys FOLDER`: the secrets of a compose installation, made at its first start."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path


def make_keys(folder: Path) -> list[str]:
    """Write the keys that are missing, each for its owner alone; returns their names."""
    password = _keep(folder / "postgres_password", secrets.token_urlsafe(24))
    made = {
        "secret_key": secrets.token_urlsafe(48),
        "database_url": f"postgresql://gradecheck:{password}@postgres:5432/gradecheck",
    }
    for name, value in made.items():
        _keep(folder / name, value)
    return ["postgres_password", *made]


def _keep(path: Path, value: str) -> str:
    """The key in this file; `value` becomes it if there is none."""
    if not path.exists():
        partial = path.with_suffix(".new")
        partial.unlink(missing_ok=True)
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "w") as file:
            file.write(value)
        partial.rename(path)  # whole or not at all
    return path.read_text()


if __name__ == "__main__":
    print("keys:", ", ".join(make_keys(Path(sys.argv[1]))))
