"""Pictures and marked-up code made from data: no page logic, no database."""
