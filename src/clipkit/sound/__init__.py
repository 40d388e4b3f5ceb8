"""Sound as numbers: numpy only, no input or output. Samples are float32, shape (n, 2), 48 kHz."""
