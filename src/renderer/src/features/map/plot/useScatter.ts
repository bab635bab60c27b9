// The scatter plot on its canvas: draws points as they come, one drawing at a time, and tells what a person did with it.
import createScatterplot from 'regl-scatterplot';
import { onScopeDispose, shallowRef } from 'vue';
import type { MapPoints } from '../../../stores/map.ts';
import { transformOf } from './mapTransform.ts';
import type { MapTransform } from './mapTransform.ts';
import { plotRenderer, shareOf } from './plotRenderer.ts';

export interface ScatterPicture {
  points: MapPoints;
  index: Uint16Array;
  colours: string[];
  visible: number[] | null;
  selected: number[];
}
export interface ScatterEvents {
  onHover: (index: number | null) => void;
  onClick: (index: number, event: { ctrlKey: boolean; metaKey: boolean }) => void;
  /** An outline was drawn: its corners in the points' coordinates, and the keys held when it was begun. */
  onOutline: (corners: [number, number][], keys: Keys) => void;
  onClear: () => void;
  onView: () => void;
}
export interface Keys {
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}
type Plot = ReturnType<typeof createScatterplot>;

const reduced = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;
const pointSize = (n: number): number =>
  n < 300 ? 10 : n < 1500 ? 7 : n < 6000 ? 5.5 : n < 30_000 ? 4 : n < 120_000 ? 2.5 : 1.5;

export function useScatter(events: ScatterEvents) {
  const plot = shallowRef<Plot | null>(null);
  let [lassoing, lassoEndedAt, drawing] = [false, -1000, false];
  let pending: ScatterPicture | null = null;
  let drawn: ScatterPicture | null = null;
  let freeShare = (): void => {};
  let modifiers: Keys = { ctrlKey: false, metaKey: false, altKey: false };

  /** Throws where WebGL is not to be had. */
  function create(canvas: HTMLCanvasElement, background: string, accent: string): void {
    const share = shareOf(plotRenderer());
    // Without `lassoMinDelay: 0` moves within ten milliseconds of one another are dropped, corners of an outline among them.
    freeShare = share.free;
    const made = createScatterplot({
      canvas,
      renderer: share.renderer,
      width: 'auto',
      height: 'auto',
      syncEvents: true,
      backgroundColor: background,
      colorBy: 'valueA',
      pointColor: ['#888888'],
      pointSize: 6,
      pointSizeSelected: 1,
      pointOutlineWidth: 2,
      opacity: 0.9,
      opacityInactiveMax: 1,
      opacityInactiveScale: 0.4,
      lassoColor: accent,
      lassoLineWidth: 2,
      deselectOnEscape: false,
      lassoInitiator: false,
      lassoMinDelay: 0,
      actionKeyMap: { lasso: 'shift' },
    } as never);
    plot.value = made;
    let [hovered, toldAt, pressed]: [number | null, number, [number, number]] = [null, -1000, [0, 0]];
    canvas.addEventListener(
      'pointerdown',
      (event) => {
        modifiers = event;
        pressed = [event.clientX, event.clientY];
      },
      { capture: true },
    );
    const back = (): void => {
      if (drawn) made.select(drawn.selected, { preventEvent: true });
    };
    // A lasso that ends where it began is followed by a click on the nearest point, which nobody meant.
    const justLassoed = (): boolean => performance.now() - lassoEndedAt < 80;
    made.subscribe('lassoStart', () => {
      lassoing = true;
    });
    // The plot's own selecting is set back: it tells nothing when the points are those already selected, and knows no intersection.
    made.subscribe('lassoEnd', ({ coordinates }) => {
      lassoing = false;
      lassoEndedAt = performance.now();
      back();
      events.onOutline(coordinates as unknown as [number, number][], modifiers);
    });
    made.subscribe('select', ({ points }) => {
      if (lassoing) return;
      const picked = points.find((point) => !drawn?.selected.includes(point)) ?? points[0];
      back();
      toldAt = performance.now();
      if (!justLassoed() && picked !== undefined) events.onClick(picked, modifiers);
    });
    // The plot says nothing of a click on the one point that is selected already.
    canvas.addEventListener('click', (event) => {
      if (
        hovered !== null &&
        performance.now() - toldAt > 80 &&
        !justLassoed() &&
        Math.hypot(event.clientX - pressed[0], event.clientY - pressed[1]) < 4
      )
        events.onClick(hovered, modifiers);
    });
    made.subscribe('deselect', () => {
      if (lassoing) return;
      back();
      if (!justLassoed()) events.onClear();
    });
    made.subscribe(
      'pointover' as never,
      ((index: number) => {
        hovered = index;
        events.onHover(index);
      }) as never,
    );
    made.subscribe(
      'pointout' as never,
      (() => {
        hovered = null;
        events.onHover(null);
      }) as never,
    );
    made.subscribe('view', events.onView);
    made.subscribe('draw', events.onView);
  }
  async function drawNext(): Promise<void> {
    if (drawing || !plot.value) return;
    drawing = true;
    while (pending && plot.value) {
      const picture = pending;
      pending = null;
      const n = picture.points.clipIds.length;
      const moved = drawn?.points !== picture.points;
      const sameClips =
        drawn !== null &&
        drawn.points.clipIds.length === n &&
        drawn.points.projectionId === picture.points.projectionId;
      if (moved || drawn?.index !== picture.index) {
        plot.value.set({
          pointColor: picture.colours,
          pointColorActive: picture.colours,
          pointColorHover: picture.colours,
          pointSize: pointSize(n),
        } as never);
        const spatialIndex = moved ? undefined : plot.value.get('spatialIndex');
        await plot.value.draw(
          { x: picture.points.x, y: picture.points.y, z: Float32Array.from(picture.index) } as never,
          {
            zDataType: 'categorical',
            transition: moved && sameClips && n <= 5000 && !reduced(),
            transitionDuration: 260,
            preventFilterReset: sameClips,
            ...(spatialIndex ? { spatialIndex } : {}),
          },
        );
      }
      if (!plot.value) break;
      if (picture.visible) plot.value.filter(picture.visible, { preventEvent: true });
      else plot.value.unfilter({ preventEvent: true });
      drawn = picture;
      plot.value.select(picture.selected, { preventEvent: true });
      plot.value.redraw();
    }
    drawing = false;
  }
  /** Draws what is given; of several while one is being drawn only the last is. */
  function show(picture: ScatterPicture): void {
    pending = picture;
    void drawNext();
  }
  function zoomTo(indices: number[], padding = 0.2): void {
    if (indices.length > 1)
      void plot.value?.zoomToPoints(indices, { padding, transition: !reduced(), transitionDuration: 350 });
    else if (indices.length === 1 && drawn)
      void plot.value?.zoomToLocation([drawn.points.x[indices[0]!]!, drawn.points.y[indices[0]!]!], 0.25, {
        transition: !reduced(),
        transitionDuration: 350,
      });
  }
  function fit(smooth = true): void {
    void plot.value?.zoomToArea(
      { x: -1, y: -1, width: 2, height: 2 },
      { transition: smooth && !reduced(), transitionDuration: 350 },
    );
  }
  function restyle(background: string, accent: string): void {
    plot.value?.set({ backgroundColor: background, lassoColor: accent } as never);
  }
  /** Zooms about the middle of the view; below 1 is nearer. */
  function zoomBy(factor: number): void {
    const camera = plot.value?.get('camera') as unknown as
      { scale: (by: [number, number], at: [number, number]) => void } | undefined;
    camera?.scale([1 / factor, 1 / factor], [0, 0]);
    plot.value?.redraw();
  }
  const screenPosition = (index: number): [number, number] | null => {
    try {
      return (plot.value?.getScreenPosition(index) as [number, number] | undefined) ?? null;
    } catch {
      // Asked before the first drawing: there is no position yet.
      return null;
    }
  };
  function setTool(tool: 'pan' | 'lasso' | 'box'): void {
    plot.value?.set({
      mouseMode: tool === 'pan' ? 'panZoom' : 'lasso',
      lassoType: tool === 'box' ? 'rectangle' : 'freeform',
    } as never);
  }
  /** Where the map lies in a panel of `width` x `height` px; null before the first drawing. */
  function transform(width: number, height: number): MapTransform | null {
    const camera = plot.value?.get('camera') as unknown as { view: ArrayLike<number> } | undefined;
    return camera && width && height ? transformOf(camera.view, width, height) : null;
  }
  onScopeDispose(() => {
    plot.value?.destroy();
    plot.value = null;
    freeShare();
  });
  return { plot, create, show, zoomTo, zoomBy, fit, restyle, screenPosition, setTool, transform };
}
