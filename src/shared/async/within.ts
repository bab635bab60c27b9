// An answer with a time limit.

/**
 * The answer of `work`, or a rejection after `seconds`; `work` itself is not stopped. No timer stays behind.
 * @param late makes the error of a late answer
 */
export async function within<T>(
  seconds: number,
  work: Promise<T>,
  late: () => Error = () => new Error(`no answer in ${seconds} s`),
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), seconds * 1000);
  });
  try {
    return await Promise.race([work, silence]);
  } finally {
    clearTimeout(timer);
  }
}
