"""What the pages share: the frame around a page, the cached model, charts, inputs, downloads."""
