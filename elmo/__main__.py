"""`python -m elmo`: see `elmo.cli`."""

from elmo.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
