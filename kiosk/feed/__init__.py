"""What arrives from the centre, what of it is believed, and what each kind of news changes here."""
