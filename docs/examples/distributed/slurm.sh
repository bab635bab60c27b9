#!/bin/bash
# Embeddings by an array job, without a queue: each task computes its share of the run that lies in the store.
#
# 1. Where the workspace is, publish the run:      cavmae embed --workspace WORKSPACE --store "$STORE" --no-wait
# 2. Submit the tasks:                             sbatch --export=ALL,STORE="$STORE" slurm.sh
# 3. Where the workspace is, import what is done:  cavmae embed --workspace WORKSPACE --store "$STORE"
#
# Step 3 waits for the tasks; with --no-wait it imports what there is. A task that failed or ran out of time may be submitted again with
# the same index: what is done is not computed twice.
#SBATCH --job-name=cavmae-embed
#SBATCH --array=0-15
#SBATCH --cpus-per-task=8
#SBATCH --mem=4G
#SBATCH --time=12:00:00
#SBATCH --signal=B:TERM@120
#SBATCH --requeue
set -euo pipefail

: "${STORE:?set STORE to the address of the store, for example file:///shared/embeddings}"
CAVMAE=${CAVMAE:-cavmae}

# exec: the signal of the scheduler reaches the program, which gives its shard back.
exec $CAVMAE embed \
  --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" \
  --store "$STORE" \
  --scratch "${SLURM_TMPDIR:-${TMPDIR:-/tmp}}"
