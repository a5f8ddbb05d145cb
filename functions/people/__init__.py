"""People of firms and staff of the office: invitations, roles, access."""
