// Read-only mode: refuses procedures that write, by the contract's list of access classes.
import { accessOf } from '../../shared/contract/access.ts';
import { EngineError } from '../../shared/engineError.ts';
import { toOrpcError } from './orpcErrors.ts';

/** @throws READ_ONLY for procedures that could change the workspace. */
export function readOnlyInterceptor(readOnly: boolean) {
  return async <T>(options: { path: readonly string[]; next(): Promise<T> }): Promise<T> => {
    if (readOnly && accessOf(options.path) === 'write') {
      throw toOrpcError(
        new EngineError('READ_ONLY', `${options.path.join('.')} is refused: this workspace is open for reading only`, {
          hint: 'Close the other window or process that has it open, or start without --read-only.',
        }),
      );
    }
    return options.next();
  };
}
