"""The smallest pack that loads: three visible tests and a hidden one, ten points each."""

from grader.database.packs import NewVersion
from grader.packs import Pack, write_zip

MANIFEST = """\
format = 1
id = "small"
title = "A small pack"
runtime = "numpy"
extra_files = false
[[files]]
name = "mlp.py"
kind = "python"
required = true
[limits]
cpu_s = 2.0
wall_s = 10.0
memory_mb = 256
output_kb = 64
total_s = 30.0
[[tests]]
id = "test_a"
title = "The first"
points = 10
visibility = "visible"
[[tests]]
id = "test_b"
title = "The second"
points = 10
visibility = "visible"
[[tests]]
id = "test_c"
title = "The third"
points = 10
visibility = "visible"
[[tests]]
id = "test_hidden"
title = "The last"
points = 10
visibility = "hidden"
[[mistakes]]
path = "mistakes/zero.py"
fails = ["test_a", "test_b", "test_c", "test_hidden"]
"""
TESTS = "\n".join(
    f"def test_{name}(student):\n    assert student.one() == 1, 'one() differs'\n"
    for name in ("a", "b", "c", "hidden")
)


def small_pack(points: str = "10", cpu_s: str = "2.0") -> Pack:
    """The pack as an object, with these points of its first test and this limit."""
    first = 'title = "The first"\npoints = '
    manifest = MANIFEST.replace(f"{first}10", f"{first}{points}").replace("cpu_s = 2.0", f"cpu_s = {cpu_s}")
    return Pack.from_files(
        {
            "pack.toml": manifest.encode(),
            "handout.md": b"# One\n\nWrite `one()`.\n",
            "tests/test_small.py": TESTS.encode(),
            "solution/mlp.py": b"def one():\n    return 1\n",
            "starter/mlp.py": b"def one():\n    return None\n",
            "mistakes/zero.py": b"def one():\n    return 0\n",
        }
    )


def small_version(**values: str) -> NewVersion:
    """The pack in the form of an upload."""
    pack = small_pack(**values)
    return NewVersion(pack.id, pack.title, pack.content_digest, pack.grading_digest, write_zip(pack))
