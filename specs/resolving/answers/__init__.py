"""What is predicted: target, task, output layer, loss, class weights."""
