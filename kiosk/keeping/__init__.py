"""What is kept so that a broken disk, a new machine or a thief costs no work: copies, restoring, moving, retiring."""
