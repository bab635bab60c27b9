// What a person does on the plot, told as events: hovering, clicks, outlines, and moving the view.
import type createScatterplot from 'regl-scatterplot';

export type Plot = ReturnType<typeof createScatterplot>;
export interface Keys {
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}
export interface ScatterEvents {
  onHover: (index: number | null) => void;
  onClick: (index: number, event: { ctrlKey: boolean; metaKey: boolean }) => void;
  /** An outline was drawn: its corners in the points' coordinates, and the keys held when it was begun. */
  onOutline: (corners: [number, number][], keys: Keys) => void;
  onClear: () => void;
  onView: () => void;
  /** The view was moved by hand: it is no longer the one that shows everything. */
  onMove?: () => void;
}

/** A lasso that ends where it began is followed by a click on the nearest point, which nobody meant. */
const clickAfterLassoMs = 80;
const clickPx = 4;

/** The view moved by wheel or drag. */
function listenToMoves(
  canvas: HTMLCanvasElement,
  { onMove }: ScatterEvents,
  isDrag: (event: PointerEvent) => boolean,
): void {
  canvas.addEventListener('wheel', () => onMove?.(), { capture: true, passive: true });
  canvas.addEventListener('pointermove', (event) => {
    if (event.buttons === 1 && isDrag(event)) onMove?.();
  });
}

/**
 * Subscribes to a new plot. `selected`: the indices that stay selected, since the plot's own selecting is set back: it
 * tells nothing when the points are those already selected, and knows no intersection.
 */
export function listenToPlot(
  plot: Plot,
  canvas: HTMLCanvasElement,
  events: ScatterEvents,
  selected: () => number[] | null,
): void {
  let [lassoing, lassoEndedAt] = [false, -1000];
  let modifiers: Keys = { ctrlKey: false, metaKey: false, altKey: false };
  let [hovered, toldAt, pressed]: [number | null, number, [number, number]] = [null, -1000, [0, 0]];
  const justLassoed = (): boolean => performance.now() - lassoEndedAt < clickAfterLassoMs;
  const back = (): void => {
    const before = selected();
    if (before) plot.select(before, { preventEvent: true });
  };
  const hover = (index: number | null): void => {
    hovered = index;
    events.onHover(index);
  };
  const far = (event: MouseEvent): boolean =>
    Math.hypot(event.clientX - pressed[0], event.clientY - pressed[1]) >= clickPx;
  canvas.addEventListener(
    'pointerdown',
    (event) => {
      modifiers = event;
      pressed = [event.clientX, event.clientY];
    },
    { capture: true },
  );
  listenToMoves(canvas, events, (event) => !lassoing && far(event));
  plot.subscribe('lassoStart', () => {
    lassoing = true;
  });
  plot.subscribe('lassoEnd', ({ coordinates }) => {
    [lassoing, lassoEndedAt] = [false, performance.now()];
    back();
    events.onOutline(coordinates as unknown as [number, number][], modifiers);
  });
  plot.subscribe('select', ({ points }) => {
    if (lassoing) return;
    const before = selected();
    const picked = points.find((point) => !before?.includes(point)) ?? points[0];
    back();
    toldAt = performance.now();
    if (!justLassoed() && picked !== undefined) events.onClick(picked, modifiers);
  });
  // The plot says nothing of a click on the one point that is selected already.
  canvas.addEventListener('click', (event) => {
    const told = performance.now() - toldAt <= clickAfterLassoMs;
    if (hovered !== null && !told && !justLassoed() && !far(event)) events.onClick(hovered, modifiers);
  });
  plot.subscribe('deselect', () => {
    if (lassoing) return;
    back();
    if (!justLassoed()) events.onClear();
  });
  plot.subscribe('pointover' as never, hover as never);
  plot.subscribe('pointout' as never, (() => hover(null)) as never);
  plot.subscribe('view', events.onView);
  plot.subscribe('draw', events.onView);
}
