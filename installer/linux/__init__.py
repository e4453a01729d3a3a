"""The Linux products. One runtime for both: Debian 12's own Python (glibc 2.36), laid out as on Windows (ADR 17)."""
