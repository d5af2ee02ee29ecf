"""Whether everything runs: health, metrics, jobs, disks, logs."""
