"""Baths, spectra, contacts, channels and the models that are made of them."""
