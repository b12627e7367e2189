"""The cache for packs."""

import threading

import pytest

from grader.values.digest_cache import DigestCache


def filled(**options) -> tuple[DigestCache[str], list[str]]:
    """A cache of size 3 with "a" and "bb" in it, and the list of digests that it drops."""
    dropped: list[str] = []
    cache = DigestCache[str](3, on_evict=dropped.append, **options)
    for digest in ("a", "bb"):
        cache.get_or_make(digest, lambda digest=digest: digest.upper())
    return cache, dropped


def test_it_makes_a_value_once():
    cache, _ = filled()
    assert cache.get_or_make("a", lambda: "made again") == "A"


def test_an_unknown_digest_gives_none():
    cache, _ = filled()
    assert cache.get("c") is None


def test_the_least_recently_used_value_is_dropped_first():
    cache, dropped = filled(size_of=len)
    cache.get("a")
    cache.get_or_make("c", lambda: "C")
    assert dropped == ["bb"]
    assert (cache.get("a"), cache.get("bb"), cache.get("c")) == ("A", None, "C")


def test_the_size_of_a_dropped_value_is_free_again():
    cache, dropped = filled(size_of=len)
    cache.get_or_make("ccc", lambda: "CCC")
    cache.get_or_make("d", lambda: "D")
    assert dropped == ["a", "bb", "ccc"]
    cache.get_or_make("ee", lambda: "EE")
    assert dropped == ["a", "bb", "ccc"]


def test_the_newest_stays_however_large_it_is():
    cache, dropped = filled(size_of=len)
    cache.get_or_make("large", lambda: "LARGE")
    assert dropped == ["a", "bb"]
    assert cache.get("large") == "LARGE"


def test_without_sizes_each_value_counts_as_one():
    cache, dropped = filled()
    cache.get_or_make("ccc", lambda: "CCC")
    assert dropped == []
    cache.get_or_make("dddd", lambda: "DDDD")
    assert dropped == ["a"]


def test_a_value_that_could_not_be_made_is_not_cached():
    cache, _ = filled()
    with pytest.raises(KeyError):
        cache.get_or_make("c", lambda: {}["no such key"])
    assert cache.get("c") is None
    assert cache.get_or_make("c", lambda: "C") == "C"


def test_threads_that_ask_together_get_the_same_value():
    cache = DigestCache[object](3)
    together = threading.Barrier(8)
    got: list[object] = []

    def ask() -> None:
        together.wait()
        got.append(cache.get_or_make("a", object))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 8
    assert len(set(map(id, got))) == 1
