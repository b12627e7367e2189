"""Draws pictures and highlights source code; it does not use pages or the database."""
