"""`make chaos` alone grades on a busy machine, and answers of the largest sizes: it takes hours."""

import os

ONLY_IF = {"test_loaded.py": "GRADECHECK_LOADED", "test_costly_answers.py": "GRADECHECK_COSTLY"}
collect_ignore = [file for file, variable in ONLY_IF.items() if not os.environ.get(variable)]
