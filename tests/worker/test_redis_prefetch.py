"""Which messages a worker holds while Redis is down."""

import pytest
import redis
from kombu import Connection
from kombu.transport.redis import Channel

from grader.worker import redis_prefetch
from grader.worker.broker import broker_url
from tests.helpers.redis import redis_server


@pytest.fixture
def installed(monkeypatch):
    monkeypatch.setattr(Channel, "QoS", Channel.QoS)  # so that the change of install() is undone
    redis_prefetch.install()


@pytest.mark.server
def test_a_message_that_can_not_be_acknowledged_frees_its_slot(installed):
    with redis_server() as server, Connection(broker_url(server.url)) as connection:
        queue = connection.SimpleQueue("prefetch")
        queue.consumer.qos(prefetch_count=1)
        queue.put("message")
        message = queue.get(timeout=5)
        assert not queue.channel.qos.can_consume()

        server.kill()
        with pytest.raises(redis.ConnectionError):
            message.ack()

        assert queue.channel.qos.can_consume()
        server.start()
        queue.close()
