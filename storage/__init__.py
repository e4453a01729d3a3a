"""What lasts: the only SQL, the keystore and the files of the counter."""
