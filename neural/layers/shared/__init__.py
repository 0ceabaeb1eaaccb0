"""Parts that several layers share: base classes of layers, windows, convolutions, projections, recurrent cells."""
