"""Records of a device's journal, taken in: cut, judged, appended or refused."""
