"""What protects every request and response: headers, form tokens, log-ins, size limits."""
