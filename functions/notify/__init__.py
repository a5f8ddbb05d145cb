"""What follows a change: takes mails from the outbox and sends each once."""
