// The labelling queues that the engine can make.
import { z } from 'zod';

export const queueKind = z.enum(['diverse', 'uncertain', 'disagreement', 'mislabelled', 'rare', 'suspect', 'anomaly']);
export type QueueKind = z.infer<typeof queueKind>;
