"""`grader up`: the whole service on one machine, started and ended by one command."""
