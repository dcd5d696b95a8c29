"""Studies: a quench described in a file, checked whole, run into a folder of figures, data and a report."""
