// Drops out-of-order responses.

/**
 * Wraps a request and what is done with its response. A response older than one already taken is dropped; the call
 * resolves all the same. An error is dropped where a newer request was made.
 */
export function inOrder<A extends unknown[], R>(
  ask: (...args: A) => Promise<R>,
  take: (answer: R) => void,
): (...args: A) => Promise<void> {
  let [asked, taken] = [0, 0];
  return async (...args) => {
    const mine = ++asked;
    try {
      const answer = await ask(...args);
      if (mine < taken) return;
      taken = mine;
      take(answer);
    } catch (error) {
      if (mine === asked) throw error;
    }
  };
}
