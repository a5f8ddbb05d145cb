"""Demo exports of Polish accounting programs, written by us from seeded data; see README.md."""
