"""What results look like: for each room a file of views, which `thermokin._result` loads when one is wanted."""
