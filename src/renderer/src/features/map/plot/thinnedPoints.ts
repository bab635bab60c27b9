// Fewer points while the view moves: every k-th of a large map is drawn, so that a frame takes a fraction of its time
// where a processor renders. All of them are drawn once the view rests.

/** Points that are drawn while moving. */
const whileMoving = 150_000;
/** WebGL allows 255 bytes from one vertex to the next. */
const mostStrideBytes = 248;
const vertexBytes = 8;

interface DrawOptions {
  attributes?: { stateIndex?: { buffer: (...args: unknown[]) => unknown; size: number } };
  count?: (...args: unknown[]) => number;
}

/** Of how many points one is drawn. */
export const thinning = (points: number, moving: boolean): number =>
  moving ? Math.min(mostStrideBytes / vertexBytes, Math.max(1, Math.ceil(points / whileMoving))) : 1;

/** The options of a draw command of regl-scatterplot, made to skip points while `moving()`; others as they are. */
export function thinned<T extends object>(options: T, moving: () => boolean): T {
  const { attributes, count } = options as DrawOptions;
  const points = attributes?.stateIndex;
  if (!points || typeof count !== 'function' || typeof points.buffer !== 'function') return options;
  const every = (args: unknown[]): number => thinning(count(...args), moving());
  return {
    ...options,
    attributes: {
      ...attributes,
      stateIndex: (...args: unknown[]) => ({
        buffer: points.buffer(...args),
        size: points.size,
        stride: vertexBytes * every(args),
      }),
    },
    count: (...args: unknown[]) => Math.floor(count(...args) / every(args)),
  };
}
