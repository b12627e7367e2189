"""The runner: sandboxed jobs, their limits, and the evidence of what they did.

A process of its own with a clean environment and no secret; see docs/security.md.
"""
