"""`make chaos` alone grades on a busy machine: it takes hours."""

import os

collect_ignore = [] if os.environ.get("GRADECHECK_LOADED") else ["test_loaded.py"]
