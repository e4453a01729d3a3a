"""The story that shows the whole product at work: real window, real processes, a real power cut."""
