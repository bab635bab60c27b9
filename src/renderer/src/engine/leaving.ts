// The page goes away: what still waits for its turn is sent at once, in a way that outlives the page, since nobody
// would send it later.

let leaves = false;
/** Resolves when the page goes away. */
export const left = new Promise<void>((resolve) => {
  addEventListener('pagehide', () => {
    leaves = true;
    resolve();
  });
});

/**
 * As `fetch`; while the page goes away, a request that the browser carries to its end without it. Browsers do that for
 * small ones: others are sent as always.
 */
export function fetchToTheEnd(request: Request, init: RequestInit): Promise<Response> {
  return leaves
    ? fetch(request.clone(), { ...init, keepalive: true }).catch(() => fetch(request, init))
    : fetch(request, init);
}
