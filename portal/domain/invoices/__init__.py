"""Invoices: what is typed, what follows from it to the grosz, what must be refused, and what may happen afterwards.

Every figure on a print, in a list or in XML is computed in `figures`. Sources named in the modules are articles of the
VAT act of 11 March 2004 unless something else is said.
"""
