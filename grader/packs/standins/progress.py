"""tqdm: loops run as they would without it, and no bar is drawn."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Any


class tqdm:
    """What it is given to iterate over, with methods that do nothing."""

    def __init__(self, iterable: Iterable[Any] | None = None, *_: object, **options: Any) -> None:
        self.iterable: Any = iterable if iterable is not None else ()
        self.n, self.total = 0, options.get("total")

    def __iter__(self) -> Iterator[Any]:
        return iter(self.iterable)

    def __len__(self) -> int:
        return len(self.iterable)

    def __enter__(self) -> tqdm:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _nothing

    @staticmethod
    def write(text: object = "", *_: object, **__: object) -> None:
        """Print the text, as tqdm does above its bar."""
        print(text)


def trange(*bounds: int, **_: object) -> tqdm:
    """A loop over range(*bounds)."""
    return tqdm(range(*bounds))


def _nothing(*_: object, **__: object) -> None:
    pass


tqdm_notebook, tnrange = tqdm, trange
for _part in ("auto", "autonotebook", "notebook", "std", "asyncio", "rich", "gui"):
    sys.modules[f"{__name__}.{_part}"] = sys.modules[__name__]
__path__: list[str] = []
