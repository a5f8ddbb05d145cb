"""`python -m konektosync` is the same as the command `konektosync`."""

from konektosync.cli import main

if __name__ == "__main__":
    main()
