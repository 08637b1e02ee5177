"""What all screens use: the frame of a page, the models, charts, inputs, files, jobs and downloads."""
