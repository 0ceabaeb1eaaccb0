"""What several layers share: the interface of a layer, windows, convolutions, projections, recurrent cells."""
