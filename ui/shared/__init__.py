"""The parts that all screens share: the frame of a page, the seam to the models, charts, inputs, downloads."""
