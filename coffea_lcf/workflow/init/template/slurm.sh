#!/bin/bash
#SBATCH --job-name=$name
#SBATCH --nodes=1
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=8
#SBATCH --mem-per-cpu=2G
#SBATCH --time=02:00:00
# The whole chain in one job:  sbatch slurm.sh   (add the partition and account of your site)
set -euo pipefail
.venv/bin/coffea-lcf run analysis.yaml --executor futures --workers "$SLURM_CPUS_PER_TASK" --quiet
