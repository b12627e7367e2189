from tests.helpers.log_lines import lines

__all__ = ["lines"]
