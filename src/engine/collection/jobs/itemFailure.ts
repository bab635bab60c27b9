// What failed in a job that goes on without it: the item, the reason, and what to do where the error knows it.
import type { ItemFailure } from '../../../shared/contract/errors.ts';
import { EngineError } from '../../../shared/engineError.ts';

/** The error's message with its hint as a further sentence. */
export const failureSentence = ({ message, detail: { hint } }: EngineError): string =>
  hint ? `${message.replace(/[^.!?…]$/, '$&.')} ${hint}` : message;

/** `thrown` as the failure of one file or clip. */
export function itemFailure(path: string, thrown: unknown, clipId?: number): ItemFailure {
  const error = EngineError.from(thrown);
  return { path, code: error.code, message: failureSentence(error), ...(clipId === undefined ? {} : { clipId }) };
}
