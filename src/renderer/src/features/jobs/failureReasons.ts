// Why clips of a distributed run have no embedding, in few words.
import type { ErrorCode } from '../../../../shared/contract/errors.ts';

const reasons: Partial<Record<ErrorCode, string>> = {
  DECODE_FAILED: 'cannot be decoded',
  NOT_FOUND: 'whose file is not there',
  CONFLICT: 'whose file was changed since it was imported',
  BAD_INPUT: 'hold nothing that the model takes',
  OUT_OF_MEMORY: 'need more memory than a worker has',
  INTERNAL: 'ended their worker and were set aside',
};

export const failureReason = (code: ErrorCode): string => reasons[code] ?? `failed (${code})`;
