"""`grader up`: runs the whole service on one machine with one command."""
