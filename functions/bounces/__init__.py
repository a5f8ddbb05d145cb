"""What SES tells of sent mails: keeps with the person whose address refused one or who complained."""
