"""A pack's mistakes as programs, for tests that grade or submit them."""

from grader.packs import load
from grader.packs.mistakes import named, program


def wrong(folder, mistake):
    """The files of the wrong solution with this id: bytes by name."""
    pack = load(folder)
    return program(pack, named(pack, mistake))


def wrong_text(folder, mistake):
    """The text of the wrong solution with this id, for a pack that asks for one file."""
    (data,) = wrong(folder, mistake).values()
    return data.decode()


def written(folder, mistake, to):
    """Write the wrong solution with this id into a new folder below `to`; returns the path to submit, for a
    pack that asks for one file."""
    ((name, data),) = wrong(folder, mistake).items()
    path = to / mistake / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path
