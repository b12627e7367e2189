"""Each address of the site answers each kind of visitor with the status in routes.json.

tests/web/test_access.py tests the statuses by a view's name. Here its table is compared by address, so that
a view may be renamed but an address may not. GRADECHECK_GOLDEN=write writes the file again.
"""

import json
import os
from pathlib import Path

from tests.web.test_access import ROWS, VISITORS

GOLDEN = Path(__file__).parent / "routes.json"


def test_each_address_has_the_same_statuses_as_before(app):
    rules = {rule.endpoint: str(rule) for rule in app.url_map.iter_rules()}
    people = [name or "nobody" for name in VISITORS]
    found = {
        f"{method} {rules[endpoint]}": dict(zip(people, statuses, strict=True))
        for (method, endpoint), statuses in ROWS.items()
    }
    if os.environ.get("GRADECHECK_GOLDEN") == "write":
        lines = (f" {json.dumps(address)}: {json.dumps(found[address])}" for address in sorted(found))
        GOLDEN.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")

    assert found == json.loads(GOLDEN.read_text("utf-8"))
