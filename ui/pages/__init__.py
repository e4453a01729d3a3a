"""The screens: data in by setter, meaning out by signal."""
