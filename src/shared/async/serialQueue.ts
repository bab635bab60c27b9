// Runs asynchronous work one after the other, in the order it was asked for.

/**
 * @param gate resolved: nothing waits any longer, as when the page goes away
 * @returns a function that runs `work` once all work given to it before has settled; a failure of one does not stop the
 * next
 */
export function serialQueue(gate?: Promise<unknown>): <T>(work: () => Promise<T>) => Promise<T> {
  let tail: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = (gate ? Promise.race([tail, gate]) : tail).then(work);
    tail = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  };
}
