"""What a diagnosis looks at on this computer: adapters of `kiosk.upkeep.doctor.check_result`. It changes nothing."""
