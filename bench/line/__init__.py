"""Whether the line that is named as wrong is the line that is wrong, measured on known faults."""
