"""What every app stands on: audited actions, permissions, notices, jobs."""
