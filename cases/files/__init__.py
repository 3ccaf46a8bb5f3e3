"""Bytes, not models: what a file is, whether it may be let in, and what is shown of it."""
