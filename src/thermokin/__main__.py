"""`python -m thermokin` is the command `thermokin`."""

from thermokin.cli import main

if __name__ == "__main__":
    main()
