"""Waiting for a condition, with a deadline. Nothing here sleeps and hopes."""

import os
import time

POLL_SECONDS = 0.01
# Slower builds (sanitizers) and busy machines get more time: SYRAH_PATIENCE=4.
PATIENCE = float(os.environ.get("SYRAH_PATIENCE", "1"))


class Late(AssertionError):
    """A condition did not come true in time."""


def wait_until(condition, seconds, what, poll_seconds=POLL_SECONDS):
    """Returns the first true value of condition(). Errors of the network count as "not yet"."""
    deadline = time.monotonic() + seconds * PATIENCE
    trouble = None
    while True:
        try:
            value = condition()
            if value:
                return value
            trouble = None
        except (OSError, Refused, Unreachable) as error:
            trouble = error
        if time.monotonic() >= deadline:
            raise Late(f"{what}: not within {seconds * PATIENCE:g} s"
                       + (f" (last: {trouble})" if trouble else ""))
        time.sleep(poll_seconds)


class Refused(Exception):
    """An answer of the API other than 2xx."""

    def __init__(self, status, message):
        super().__init__(f"{status}: {message}")
        self.status = status
        self.message = message


class Unreachable(Exception):
    """No whole answer came: nobody knows whether the request was carried out."""
