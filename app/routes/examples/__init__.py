"""An example for every operation and every answer of the OpenAPI document."""
