"""What stands between a stranger's request and a view: headers, forms, log-ins, limits."""
