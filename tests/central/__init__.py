"""The centre from outside: over HTTP as a device, and through the commands of its staff."""
