"""The first start: enrolment, the machine, the acceptance run, a store put back."""
