"""Fixture: a real Redis of the test's own."""

from collections.abc import Iterator

import pytest

from tests.services.redis import RedisServer, redis_server


@pytest.fixture
def bell(servers: None) -> Iterator[RedisServer]:
    with redis_server() as server:
        yield server
