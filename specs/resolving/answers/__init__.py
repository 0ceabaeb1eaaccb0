"""The target and what follows from it, settled: task, output layer, loss, class weights."""
