"""Everything the features share: the rules (`domain`), the table (`store`), and the edges (`web`, `pages`, `aws`)."""
