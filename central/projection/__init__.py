"""From journal entries to the rows people work with; behind the acknowledgement."""
