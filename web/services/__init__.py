"""What the pages do, by topic. A service takes a session, the reader, the current time, and what else it
needs; it checks access, then reads or changes the database. It does not use requests: views open the
transactions and turn refusals into responses."""
