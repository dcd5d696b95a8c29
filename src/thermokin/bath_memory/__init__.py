"""Any coupling: correlation functions of baths as sums of exponentials, and the hierarchy of QuTiP that they make."""
