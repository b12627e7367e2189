"""gradecheck: grades Python programs of a neural-networks course in sandboxes."""

__version__ = "0.1.0"
