"""Runs in the sandbox: reads and renders an uploaded pack, which is hostile text."""
