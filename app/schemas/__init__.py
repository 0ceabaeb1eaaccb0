"""The form of JSON: what may be sent and what is answered; its meaning is told elsewhere."""
