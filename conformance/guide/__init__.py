"""What a person is told of a requirement besides its sentence: where it is written, what a wrong
and a right answer look like, how the usual mistakes are mended. Nothing here judges."""
