"""The rules of the product: pure Python, no I/O, no clock. Money is integer grosze, time is an argument."""
