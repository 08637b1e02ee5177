"""The model, part by part; read in this order.

options -> characters -> highway -> char_cnn -> lstm -> bilm -> scalar_mix -> softmax -> weights
(hdf5 is how weights are read from files that nobody vouches for).
"""
