"""How a machine gets its certificate: token, proof of the record key, messages, reasons."""
