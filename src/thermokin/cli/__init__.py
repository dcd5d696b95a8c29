"""The command line."""

from __future__ import annotations

__all__ = ["main"]


def main() -> None:
    """The command `thermokin`: new, run, sweep, explore, infer, check, validate, paper, bounds, cite, schema."""
    from thermokin.cli.stopping import end, exit_code, listen, settle

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
