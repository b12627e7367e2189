"""A pack's mistakes as programs, for tests that grade them or hand them in."""

from grader.packs import load
from grader.packs.mistakes import named, program


def wrong(folder, mistake):
    """The files of the wrong solution of this id, by name: bytes."""
    pack = load(folder)
    return program(pack, named(pack, mistake))


def wrong_text(folder, mistake):
    """The text of the wrong solution of this id, of a pack that asks for one file."""
    (data,) = wrong(folder, mistake).values()
    return data.decode()


def written(folder, mistake, to):
    """The wrong solution of this id in a new folder of its name below `to`: the path to hand in, of a pack
    that asks for one file."""
    ((name, data),) = wrong(folder, mistake).items()
    path = to / mistake / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path
