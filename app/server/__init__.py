"""The process that listens: who may come in, how long they may take, and which threads serve them."""
