// Only the newest call's result is used.

/**
 * Wraps an async function; a call whose answer arrives after a newer call began resolves to `undefined`. Errors of
 * stale calls are dropped with them.
 */
export function latest<A extends unknown[], R>(
  run: (...args: A) => Promise<R>,
): (...args: A) => Promise<R | undefined> {
  let newest = 0;
  return async (...args) => {
    const mine = ++newest;
    try {
      const result = await run(...args);
      return mine === newest ? result : undefined;
    } catch (error) {
      if (mine !== newest) return undefined;
      throw error;
    }
  };
}
