"""Fixture: a Redis for one test, through which workers are notified."""

from collections.abc import Iterator

import pytest

from tests.helpers import redis
from tests.helpers.redis import RedisServer


@pytest.fixture
def redis_server(servers: None) -> Iterator[RedisServer]:
    with redis.redis_server() as server:
        yield server
