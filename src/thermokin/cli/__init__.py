"""The command line."""

from __future__ import annotations

import gc

__all__ = ["main"]

NEW_OBJECTS = 20_000  # since the last search for circles: by default 700, and each search looks at the libraries anew


def main() -> None:
    """The command `thermokin`: new, run, sweep, explore, infer, check, validate, paper, bounds, cite, schema."""
    from thermokin.cli.stopping import end, exit_code, listen, settle

    gc.set_threshold(NEW_OBJECTS)
    try:
        listen()
        from thermokin.cli.app import app

        app()
    except KeyboardInterrupt as stop:  # before or after a command, which says more itself
        end(exit_code(stop))
    except SystemExit as done:
        end(done.code)
    finally:
        settle()
        gc.freeze()  # the interpreter would look for circles among all libraries once more before it ends
