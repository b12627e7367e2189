"""Isolation of jobs: namespaces, Landlock, seccomp, limits, and the fork-servers that start jobs."""
