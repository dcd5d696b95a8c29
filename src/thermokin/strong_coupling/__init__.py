"""Strong coupling: collective coordinates of baths, states of mean force, and the spectra that systems see."""
