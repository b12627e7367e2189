"""Names in a student's file: the same advice before a submission is graded and after it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

TYPING_ERROR = 0.8  # of difflib's ratio; `learning_rate` is not meant for `learn_patterns`
_KNOWN = """
torch tensorflow keras jax scipy sklearn pandas matplotlib pylab seaborn plotly sympy numba cupy autograd
PIL cv2 skimage imageio tqdm requests IPython ipywidgets networkx statsmodels xgboost pytest
"""
LIBRARIES = frozenset(_KNOWN.split())
"""Libraries that students import; a module of any other name is probably a file of their own."""


MOST_COMPARED = 60  # letter by letter: each pair takes up to 0.4 ms, and a file may define thousands


def similar_name(wanted: str, names: Iterable[str]) -> str:
    """The name that was probably written for `wanted`: with other capitals or underscores, a letter or two
    more, less or swapped, or with further words (forward_pass for forward); "" if there is none."""
    every = list(names)
    bare = [name for name in every if _bare(name) == _bare(wanted)]
    compared = [name.lower() for name in every][:MOST_COMPARED]
    close = difflib.get_close_matches(wanted.lower(), compared, 1, TYPING_ERROR)
    longer = [name for name in every if _words(name) < _words(wanted) or _words(wanted) < _words(name)]
    return next((name for name in every if name in bare or name.lower() in close), next(iter(longer), ""))


def _bare(name: str) -> str:
    return name.replace("_", "").lower()


def _words(name: str) -> set[str]:
    return set(filter(None, name.lower().split("_")))
