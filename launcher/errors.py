"""What the launcher tells a person in one line instead of a traceback."""


class LauncherError(Exception):
    """Something outside our code is in the way; the text says what and the next step."""


class DiskFull(LauncherError):
    """There is no room on the disk, or too little to begin with."""


class Stopped(Exception):
    """Somebody asked us to stop: Ctrl-C, SIGTERM or SIGHUP arrived."""
