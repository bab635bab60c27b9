// What went wrong, in words a person can act on: made once from anything a call may throw.
import type { ErrorCode } from '../../../shared/contract/errors.ts';

export interface Failure {
  code: ErrorCode | 'UNREACHABLE';
  message: string;
  hint: string | null;
  path: string | null;
}

/** The next step where the engine names none of its own: one for every code. */
export const nextSteps: Record<Failure['code'], string> = {
  UNREACHABLE: 'Is the application still running? This window reconnects by itself.',
  BAD_INPUT: 'Change what is named above, then try again.',
  NOT_FOUND: 'It may have been moved or removed: look for it again, or relink its folder in the sidebar under Sources.',
  CONFLICT: 'Something else is under way or has changed meanwhile: see the jobs tray, then try again.',
  CANCELLED: 'Start it again whenever you like; what was finished is kept.',
  DECODE_FAILED:
    'Play the file in another program: if that fails too it is damaged, else convert it to MP4 and import that.',
  CHECKPOINT_MISMATCH: 'Choose a checkpoint of this kind of model, or add the right one under Models.',
  OUT_OF_MEMORY: 'Close other programs or choose a smaller model, then try again.',
  DISK_FULL: 'Free some space, then try again. What was stored so far is kept.',
  READ_ONLY: 'This workspace is open for reading only. Open it for writing to change it.',
  UNAUTHORIZED: 'Open the address with its token again, as the application printed it.',
  BACKEND_UNAVAILABLE: 'Run “cavmae doctor” to see what is missing.',
  INTERNAL: 'Try once more. If it happens again, “Report a problem” (Ctrl+K) shows what to attach to an issue.',
};

/** Turns anything thrown by the client or by fetch into a Failure. */
export function failureFrom(thrown: unknown): Failure {
  const { code, message, data, name } = (thrown ?? {}) as {
    code?: string;
    message?: string;
    name?: string;
    data?: { hint?: string; path?: string; field?: string };
  };
  if (thrown instanceof TypeError && /fetch|network/i.test(thrown.message))
    return { code: 'UNREACHABLE', message: 'The engine cannot be reached.', hint: nextSteps.UNREACHABLE, path: null };
  if (name === 'AbortError') return { code: 'CANCELLED', message: 'Cancelled.', hint: null, path: null };
  const known = (code ?? 'INTERNAL') as Failure['code'];
  return {
    code: known,
    message: message || 'Something went wrong.',
    hint: data?.hint ?? nextSteps[known] ?? nextSteps.INTERNAL,
    path: data?.path ?? null,
  };
}

/** Which part of the question the engine refused; null where it names none. */
export const fieldOf = (thrown: unknown): string | null =>
  (thrown as { data?: { field?: string } } | null)?.data?.field ?? null;

/** What went wrong and what to do next, as sentences: the engine's own messages are clauses. A name at the start (of a file, a tensor) stays as it is. */
export const failureText = ({ message, hint }: Pick<Failure, 'message' | 'hint'>): string =>
  [message, hint]
    .flatMap((part) =>
      part
        ? [part.replace(/^[a-z]+(?=[ ,])/, (word) => word[0]!.toUpperCase() + word.slice(1)).replace(/[^.!?…]$/, '$&.')]
        : [],
    )
    .join(' ');
