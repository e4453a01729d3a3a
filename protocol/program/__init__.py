"""What both programs do alike on a computer: terminal, errors in words, memory, loops. No part of the wire."""
