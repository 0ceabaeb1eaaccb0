"""What recurrent layers are bound with: products a step, both directions, dropout within."""
