"""What the pages do, by topic. A service takes a session, who asks, the instant, and what else it needs; it
checks access, then reads or changes the database. It knows nothing of requests: views open the
transactions and answer what is refused."""
