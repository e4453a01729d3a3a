"""The centre's HTTP side: what a request must be, and how an answer is put."""
