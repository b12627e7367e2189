"""A worker that can't acknowledge, because Redis is down, must not stay deaf after Redis is back.

kombu counts a message as in hand until its acknowledgement got through. One that failed counts for
ever: with as many of them as the worker has slots it takes no message any more, and, since it then
asks Redis for nothing, doesn't even notice that its connection is gone.
"""

from __future__ import annotations

from kombu.transport import redis, virtual


class Credit(redis.QoS):
    """Gives the slot back also when the acknowledgement fails; the ring then comes twice: harmless."""

    def ack(self, delivery_tag: str) -> None:
        """Acknowledge, or at least don't wait for it any more; raises what the connection raised."""
        try:
            super().ack(delivery_tag)  # type: ignore[no-untyped-call]
        except Exception:
            virtual.QoS.ack(self, delivery_tag)  # type: ignore[no-untyped-call]
            raise


def install() -> None:
    """Have this process's connections to Redis count like this."""
    redis.Channel.QoS = Credit
