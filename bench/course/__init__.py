"""A course of the size of a large university's, and how fast its pages are."""
