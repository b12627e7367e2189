"""`python -m grader.local.prepare`: migrate the database and, if it is asked for, make the demo.

The one-shot service `migrate` of docker-compose.yml runs it before everything else starts.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from grader.database import migrate, open_engine
from grader.local import address
from grader.local.demo import login_lines, seed
from grader.local.demo.versions import ship_earlier
from grader.local.shipped import ship_packs
from grader.logs import configure, from_environment
from grader.settings import read_settings


def demo_wanted(environment: Mapping[str, str]) -> bool:
    """Whether to make the demo. Raises ValueError if others could reach it: its passwords are public."""
    if environment.get("GRADECHECK_DEMO", "no") != "yes":
        return False
    bind = environment.get("GRADECHECK_BIND", "127.0.0.1")
    if not address.is_loopback(bind):
        raise ValueError(f"the demo's passwords are public: set GRADECHECK_DEMO=no to listen on {bind}")
    return True


def main() -> int:
    """Prepare the database; returns 0 when it is ready, 2 if the demo is refused."""
    configure(from_environment())
    try:
        demo = demo_wanted(os.environ)
    except ValueError as error:
        print(f"prepare: {error}", file=sys.stderr)
        return 2
    settings = read_settings()
    migrate(settings.database_url)
    engine = open_engine(settings.database_url)
    if demo:
        ship_earlier(engine)
    shipped = ship_packs(engine)
    if demo:
        seed(engine, settings.redis_url, shipped)
        print("\n".join(login_lines()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
