"""Documents on the office's side: the inbox, a firm's month, the circulation, questions, doubles, what is expected."""
