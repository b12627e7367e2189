"""What the pages do, by topic: each asks access, then the store, and gives a page's content."""
