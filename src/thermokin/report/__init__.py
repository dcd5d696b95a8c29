"""Presentation of numbers: figures, one HTML page, data files and the folder that holds them; knows arrays and text."""
