"""Studies: what is asked of a system in a file, checked whole, run into a folder of figures, data and a report."""
