"""`manfaz-central`: what the staff of the centre does, one command each."""
