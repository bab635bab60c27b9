// The closed table of error codes. An error is made once, where the cause is known, with what a person needs to act.
import { z } from 'zod';

export const errorCodes = [
  'BAD_INPUT',
  'NOT_FOUND',
  'CONFLICT',
  'CANCELLED',
  'DECODE_FAILED',
  'CHECKPOINT_MISMATCH',
  'BACKEND_UNAVAILABLE',
  'OUT_OF_MEMORY',
  'DISK_FULL',
  'READ_ONLY',
  'UNAUTHORIZED',
  'INTERNAL',
] as const;
export const errorCode = z.enum(errorCodes);
export type ErrorCode = z.infer<typeof errorCode>;

/** What is wrong (`message`), with what (`path`, `field`), and what to do next (`hint`). */
export const errorDetail = z.object({
  path: z.string().optional(),
  field: z.string().optional(),
  hint: z.string().optional(),
});
export type ErrorDetail = z.infer<typeof errorDetail>;

const status: Record<ErrorCode, number> = {
  BAD_INPUT: 400,
  NOT_FOUND: 404,
  CONFLICT: 409,
  CANCELLED: 499,
  DECODE_FAILED: 422,
  CHECKPOINT_MISMATCH: 422,
  BACKEND_UNAVAILABLE: 503,
  OUT_OF_MEMORY: 507,
  DISK_FULL: 507,
  READ_ONLY: 403,
  UNAUTHORIZED: 401,
  INTERNAL: 500,
};

/** The same table as oRPC wants it: every procedure may answer with any of these codes. */
export const contractErrors = Object.fromEntries(
  errorCodes.map((code) => [code, { status: status[code], data: errorDetail }]),
) as { [C in ErrorCode]: { status: number; data: typeof errorDetail } };

/** A failing item of a job: named, with its reason, never stopping the rest. */
export const itemFailure = z.object({
  path: z.string(),
  clipId: z.number().int().optional(),
  code: errorCode,
  message: z.string(),
});
export type ItemFailure = z.infer<typeof itemFailure>;
