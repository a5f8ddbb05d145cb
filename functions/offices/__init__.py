"""Opening an office, its settings, its logo and the office as a firm of its own."""
