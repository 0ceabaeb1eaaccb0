"""How good models are: figures on any rows with answers, the rows of a training's split, and answers to them."""
