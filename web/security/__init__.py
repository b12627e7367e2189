"""What every request passes before its view: headers, forms, log-ins, sizes."""
