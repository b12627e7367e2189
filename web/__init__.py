"""The web site: pages, and the JSON that updates them. Views call services, services call the database."""

from web.app import create_app

__all__ = ["create_app"]
