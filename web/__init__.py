"""The web site: pages and the little JSON they need. Views ask services, services ask the store."""

from web.app import create_app

__all__ = ["create_app"]
