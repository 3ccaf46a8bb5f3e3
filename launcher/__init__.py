"""Starts the portal, its servers and its checks on a bare machine; imports nothing of the portal."""
