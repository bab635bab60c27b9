// Turns whatever a procedure throws into an error of the contract's table. Nothing else does.
import { ORPCError } from '@orpc/server';
import { ValidationError } from '@orpc/contract';
import { contractErrors } from '../../shared/contract/errors.ts';
import { EngineError } from '../../shared/engineError.ts';

type Issue = { message: string; path?: readonly (PropertyKey | { key: PropertyKey })[] };

const fieldOf = (issue: Issue): string =>
  (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.');

function fromValidation(error: ORPCError<string, unknown>, cause: ValidationError): EngineError {
  const issues = cause.issues as readonly Issue[];
  const first = issues[0];
  const text = issues
    .slice(0, 3)
    .map((issue) => `${fieldOf(issue) || 'input'}: ${issue.message}`)
    .join('; ');
  // An answer that breaks the contract is our fault, an input that does is the caller's.
  if (error.code !== 'BAD_REQUEST')
    return new EngineError('INTERNAL', `an answer broke the contract: ${text}`, {}, cause);
  return new EngineError('BAD_INPUT', text, first ? { field: fieldOf(first) } : {});
}

/** Any throw as an error with a code of the closed table; unknown ones become INTERNAL once. */
export function toEngineError(thrown: unknown): EngineError {
  if (!(thrown instanceof ORPCError)) return EngineError.from(thrown);
  if (thrown.cause instanceof ValidationError) return fromValidation(thrown, thrown.cause);
  if (Object.hasOwn(contractErrors, thrown.code))
    return new EngineError(
      thrown.code as EngineError['code'],
      thrown.message,
      (thrown.data ?? {}) as EngineError['detail'],
      thrown.cause,
    );
  if (thrown.code === 'CLIENT_CLOSED_REQUEST') return new EngineError('CANCELLED', thrown.message);
  const code = thrown.status < 500 ? (thrown.status === 404 ? 'NOT_FOUND' : 'BAD_INPUT') : 'INTERNAL';
  return new EngineError(code, thrown.message, {}, thrown.cause);
}

/** The carrier's form: same code, `data` = the detail. */
export function toOrpcError(error: EngineError): ORPCError<EngineError['code'], EngineError['detail']> {
  return new ORPCError(error.code, {
    status: contractErrors[error.code].status,
    message: error.message,
    data: error.detail,
    defined: true,
    cause: error,
  });
}

/**
 * Interceptor around every procedure, for the HTTP handler and the in-process client alike. `log` sees internal errors
 * once.
 */
export function errorInterceptor(log: (path: string, error: EngineError) => void) {
  return async <T>(options: { path: readonly string[]; next(): Promise<T> }): Promise<T> => {
    try {
      return await options.next();
    } catch (thrown) {
      const error = toEngineError(thrown);
      if (error.code === 'INTERNAL') log(options.path.join('.'), error);
      throw toOrpcError(error);
    }
  };
}
