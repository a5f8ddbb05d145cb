"""Documents from the client's hand: signing uploads, the client's list, a document with its thread, the shared page."""
