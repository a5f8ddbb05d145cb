"""The office's side of records: tables, the month across firms, approval, withdrawal, entry by hand, history."""
