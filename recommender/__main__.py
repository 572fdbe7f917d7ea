"""``python -m recommender``: the command line."""

from __future__ import annotations

import signal
import sys

if __name__ == "__main__":
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        # Ctrl-C during imports ends the process without a traceback; commands restore the handler.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        from recommender.cli import run
    except ModuleNotFoundError as error:
        sys.exit(f"Error: {error.name} is not installed; run `pip install -r requirements.txt`.")
    sys.exit(run())
