"""What both programs do alike on a computer: the terminal, errors in words, memory. No part of the wire."""
