"""Loaded models stay at hand, within bounds."""

from concurrent.futures import ThreadPoolExecutor

from app.services.cache import LruCache


def test_a_second_look_loads_nothing() -> None:
    """Loading weights and building a network is what the memory saves."""
    loads: list[str] = []
    cache: LruCache[str] = LruCache(10, len)

    for _ in range(2):
        cache.get("a", lambda: loads.append("a") or "value")

    assert loads == ["a"]


def test_the_least_recently_used_goes_first() -> None:
    """Room is counted in units of size, not in entries."""
    cache: LruCache[str] = LruCache(10, len)
    cache.get("a", lambda: "aaaa")
    cache.get("b", lambda: "bbbb")
    cache.get("a", lambda: "never called")
    cache.get("c", lambda: "cccc")

    assert cache.get("a", lambda: "loaded again") == "aaaa"
    assert cache.get("b", lambda: "B") == "B"


def test_something_too_large_is_used_but_not_kept() -> None:
    """One huge model must not be refused, nor stay."""
    cache: LruCache[str] = LruCache(3, len)

    value = cache.get("huge", lambda: "far too long")

    assert value == "far too long"
    assert len(cache) == 0


def test_something_too_large_drives_out_nothing() -> None:
    """What is small and asked for often stays."""
    cache: LruCache[str] = LruCache(3, len)
    cache.get("a", lambda: "aa")

    cache.get("huge", lambda: "far too long")

    assert cache.get("a", lambda: "loaded again") == "aa"


def test_threads_share_it_within_its_bound() -> None:
    """The server answers with 32 threads; the sum of sizes is counted rightly under all of them."""
    cache: LruCache[bytes] = LruCache(100, len)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: cache.get(n % 37, lambda: bytes(n % 37)), range(5000)))

    assert [len(value) for value in found] == [n % 37 for n in range(5000)]
    assert sum(len(cache.get(n, lambda: b"")) for n in range(37)) <= 100
