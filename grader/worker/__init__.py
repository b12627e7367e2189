"""The worker: claims rows, has a runner grade them, keeps what came of it. And the sweeper."""
