"""Lets a worker take messages again after Redis was down while it acknowledged one.

kombu counts a message as prefetched until Redis has confirmed its acknowledgement. If the acknowledgement
fails, the message is counted for ever. Once there are as many of these as the worker has slots, it takes no
more messages; and because it then asks Redis for nothing, it doesn't notice that its connection is lost.
"""

from __future__ import annotations

from kombu.transport import redis, virtual


class ReleasingQoS(redis.QoS):
    """Frees the slot also if the acknowledgement fails; the message then comes twice, which is harmless."""

    def ack(self, delivery_tag: str) -> None:
        """Acknowledge the message, or at least free its slot; raises what the connection raised."""
        try:
            super().ack(delivery_tag)  # type: ignore[no-untyped-call]
        except Exception:
            virtual.QoS.ack(self, delivery_tag)  # type: ignore[no-untyped-call]
            raise


def install() -> None:
    """Make all connections of this process to Redis use it."""
    redis.Channel.QoS = ReleasingQoS
