"""The data folder and other disks: where data may lie, locks, room, sticks, whole files."""
