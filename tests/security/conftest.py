"""The small house of tests/test_access.py, walked by those who mean no good."""

from tests.test_access import house  # noqa: F401
