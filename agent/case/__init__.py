"""What a case is made of: the design's words as frozen values, from signal to outcome."""
