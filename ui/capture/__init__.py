"""Where pictures come from: camera, scanner, file; and how they are cut."""
