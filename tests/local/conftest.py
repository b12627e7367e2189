from tests.helpers.databases import sqlite_template
from tests.helpers.passwords import cheap_passwords

__all__ = ["cheap_passwords", "sqlite_template"]
