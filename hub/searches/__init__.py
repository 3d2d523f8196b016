"""What inspectors searched for: kept for their superiors, and for nobody else."""
