// Answers that overtake each other: none takes the place of the answer to a later question.

/** Wraps a question and what is done with its answer. An answer is left out where one to a later question was taken already; the call resolves all the same. Errors are dropped where a later question was asked, whose answer counts. */
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
