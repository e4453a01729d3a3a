"""What a diagnosis looks at on this computer: adapters of `kiosk.doctor.ports`. Looking changes nothing."""
