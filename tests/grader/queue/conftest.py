from tests.services.bells import bell

__all__ = ["bell"]
