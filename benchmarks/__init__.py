"""Benchmarks of the portal: `python -m benchmarks.NAME` on private servers, one figure a line: name value unit."""
