// TEST CODE, run in the page before its own: what the engine says arrives at random moments, out of order, as over a
// busy machine or a slow network. The engine itself is asked at once.

/**
 * Hands answers of the engine on late: most at once, some after up to half a second, a few after up to a second and a
 * half; events up to .3 s late, in their order. The same seed draws the same delays.
 */
export function lateAnswers(seed: number): void {
  let state = seed;
  // Mulberry32; the page has no generator that takes a seed.
  const random = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const wait = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      setTimeout(resolve, ms);
    });
  const fetchNow = window.fetch;
  window.fetch = async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    const answer = await fetchNow(input, init);
    if (!url.includes('/rpc/')) return answer;
    if (url.endsWith('/rpc/system/events')) {
      const late = new TransformStream<Uint8Array, Uint8Array>({
        async transform(chunk, controller) {
          await wait(random() * 300);
          controller.enqueue(chunk);
        },
      });
      return new Response(answer.body?.pipeThrough(late), answer);
    }
    const share = random();
    if (share > 0.6) await wait(random() * (share > 0.9 ? 1500 : 500));
    return answer;
  };
}
