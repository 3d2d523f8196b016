"""Keys that never leave their chip: PKCS#11 tokens, for the machine's record key and the county's
holders. ECDSA on P-256 alone. Imported only where a key is configured to lie in a token.
"""
