"""Where facts come from: the only part of the doctor that opens a file or asks an engine."""
