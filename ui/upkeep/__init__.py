"""The screens of the line, the doctor, backups, printers."""
