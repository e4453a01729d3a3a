"""What goes over the line and by stick: bundles, signatures, enrolment, the feed, files."""
