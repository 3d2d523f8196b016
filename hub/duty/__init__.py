"""Who is on duty tonight, who is away, and who stands in by the signed lists."""
