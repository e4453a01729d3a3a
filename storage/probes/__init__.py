"""What a diagnosis looks at on this computer: adapters of `kiosk.upkeep.doctor.probes`. Looking changes nothing."""
