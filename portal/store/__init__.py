"""The table: keys in `keys`, tenants in `office`, one module per kind of item."""
