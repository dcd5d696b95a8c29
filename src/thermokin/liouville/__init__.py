"""The waist: the generator of motion, its sectors and its matrices."""
