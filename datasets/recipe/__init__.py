"""What a job body says about data, as frozen values: what is predicted, which columns, encoded how, split how."""
