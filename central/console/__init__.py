"""The staff console: pages made here for the browsers of the centre's people, on a listener of its own."""
