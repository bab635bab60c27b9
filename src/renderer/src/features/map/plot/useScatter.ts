// The scatter plot on its canvas: draws points as they come, one drawing at a time, and tells what a person did with
// it.
import createScatterplot from 'regl-scatterplot';
import { onScopeDispose, shallowRef } from 'vue';
import type { ShallowRef } from 'vue';
import type { MapPoints } from '../../../stores/map.ts';
import { fitArea } from './fitArea.ts';
import type { Insets } from './fitArea.ts';
import { listenToPlot } from './listenToPlot.ts';
import type { Plot, ScatterEvents } from './listenToPlot.ts';
import { transformOf } from './mapTransform.ts';
import type { MapTransform } from './mapTransform.ts';
import { plotRenderer, shareOf } from './plotRenderer.ts';
import { pointSizeOf, sizeAt } from './pointSize.ts';

export interface ScatterPicture {
  points: MapPoints;
  index: Uint16Array;
  colours: string[];
  visible: number[] | null;
  selected: number[];
}

const transitionMs = 350;
/** The view counts as resting this long after its last movement. */
const restMs = 180;
/** Above this many points a drawing follows another at once, without moving them there. */
const movedOneByOne = 5000;
const reduced = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;
const smoothly = (smooth = true): { transition: boolean; transitionDuration: number } => ({
  transition: smooth && !reduced(),
  transitionDuration: transitionMs,
});

const options = (canvas: HTMLCanvasElement, background: string, accent: string): object => ({
  canvas,
  width: 'auto',
  height: 'auto',
  syncEvents: true,
  backgroundColor: background,
  colorBy: 'valueA',
  pointColor: ['#888888'],
  pointSize: 6,
  // Sizes follow the view in `sizeAt`: the plot's own scale makes discs of 30 px.
  pointScaleMode: 'constant',
  pointSizeSelected: 3,
  pointOutlineWidth: 2.5,
  opacity: 0.9,
  opacityInactiveMax: 1,
  opacityInactiveScale: 0.3,
  lassoColor: accent,
  lassoLineWidth: 2,
  deselectOnEscape: false,
  lassoInitiator: false,
  // Without 0 moves within ten milliseconds of one another are dropped, corners of an outline among them.
  lassoMinDelay: 0,
  actionKeyMap: { lasso: 'shift' },
});

/** Draws pictures on the plot: of several that come while one is being drawn only the last is. */
function useDrawing(plot: ShallowRef<Plot | null>, sizeOf: (points: MapPoints) => number) {
  let [drawing, pending]: [boolean, ScatterPicture | null] = [false, null];
  const drawn = shallowRef<ScatterPicture | null>(null);

  async function draw(made: Plot, picture: ScatterPicture): Promise<void> {
    const [n, before] = [picture.points.clipIds.length, drawn.value];
    const moved = before?.points !== picture.points;
    const sameClips = before?.points.clipIds.length === n && before.points.projectionId === picture.points.projectionId;
    if (!moved && before.index === picture.index) return;
    const { colours } = picture;
    made.set({
      pointColor: colours,
      pointColorActive: colours,
      pointColorHover: colours,
      pointSize: sizeOf(picture.points),
    } as never);
    const spatialIndex = moved ? undefined : made.get('spatialIndex');
    await made.draw({ x: picture.points.x, y: picture.points.y, z: Float32Array.from(picture.index) } as never, {
      zDataType: 'categorical',
      transition: moved && sameClips && n <= movedOneByOne && !reduced(),
      transitionDuration: 260,
      preventFilterReset: sameClips,
      ...(spatialIndex ? { spatialIndex } : {}),
    });
  }
  async function drawNext(): Promise<void> {
    if (drawing || !plot.value) return;
    drawing = true;
    while (pending && plot.value) {
      const picture = pending;
      pending = null;
      await draw(plot.value, picture);
      if (!plot.value) break;
      if (picture.visible) plot.value.filter(picture.visible, { preventEvent: true });
      else plot.value.unfilter({ preventEvent: true });
      drawn.value = picture;
      plot.value.select(picture.selected, { preventEvent: true });
      plot.value.redraw();
    }
    drawing = false;
  }
  function show(picture: ScatterPicture): void {
    pending = picture;
    void drawNext();
  }
  return { drawn, show, latest: () => pending ?? drawn.value };
}

type Camera = { view: ArrayLike<number>; scale: (by: [number, number], at: [number, number]) => void };

/** Where the view is, and moving it. */
function useView(plot: ShallowRef<Plot | null>, latest: () => ScatterPicture | null) {
  const camera = (): Camera | undefined => plot.value?.get('camera') as unknown as Camera | undefined;
  function zoomTo(indices: number[], padding = 0.2): void {
    const { x, y } = latest()?.points ?? {};
    if (indices.length > 1) void plot.value?.zoomToPoints(indices, { padding, ...smoothly() });
    else if (indices.length === 1 && x && y)
      void plot.value?.zoomToLocation([x[indices[0]!]!, y[indices[0]!]!], 0.25, smoothly());
  }
  /** Shows all points that are not filtered out, beside what covers the panel's sides. */
  function fit(size: { width: number; height: number }, insets: Insets, smooth = true): void {
    const picture = latest();
    if (!picture || !size.width || !size.height) return;
    void plot.value?.zoomToArea(fitArea(picture.points, picture.visible, size, insets), smoothly(smooth));
  }
  /** Zooms about the middle of the view; below 1 is nearer. */
  function zoomBy(factor: number): void {
    camera()?.scale([1 / factor, 1 / factor], [0, 0]);
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
  /** Where the map lies in a panel of `width` x `height` px; null before the first drawing. */
  function transform(width: number, height: number): MapTransform | null {
    const view = camera()?.view;
    return view && width && height ? transformOf(view, width, height) : null;
  }
  return { zoomTo, fit, zoomBy, screenPosition, transform };
}

export function useScatter(events: ScatterEvents) {
  const plot = shallowRef<Plot | null>(null);
  let freeShare = (): void => {};
  let [moving, rest, size]: [boolean, ReturnType<typeof setTimeout> | undefined, number] = [false, undefined, 0];
  const canvasHeight = (): number => (plot.value?.get('canvas') as HTMLCanvasElement | undefined)?.clientHeight ?? 0;
  /** Points as large as their room allows at the present view. */
  const sizeOf = ({ x, y }: MapPoints): number => {
    const height = canvasHeight();
    const scale = view.transform(height, height)?.scale ?? height / 2;
    size = sizeAt(pointSizeOf(x, y, height / 2), scale / (height / 2 || 1));
    return size;
  };
  const { drawn, show, latest } = useDrawing(plot, sizeOf);
  const view = useView(plot, latest);

  function onView(): void {
    moving = true;
    clearTimeout(rest);
    rest = setTimeout(settle, restMs);
  }
  /** All points once more, as large as suits the view. */
  function settle(): void {
    if (!moving || !plot.value) return;
    moving = false;
    const before = size;
    if (drawn.value && sizeOf(drawn.value.points) !== before) plot.value.set({ pointSize: size } as never);
    plot.value.redraw();
  }
  /** Throws where WebGL is not to be had. */
  function create(canvas: HTMLCanvasElement, background: string, accent: string): void {
    const share = shareOf(plotRenderer(), () => moving);
    freeShare = share.free;
    const made = createScatterplot({ ...options(canvas, background, accent), renderer: share.renderer } as never);
    plot.value = made;
    listenToPlot(made, canvas, events, () => drawn.value?.selected ?? null);
    made.subscribe('view', onView);
  }
  function restyle(background: string, accent: string): void {
    plot.value?.set({ backgroundColor: background, lassoColor: accent } as never);
  }
  function setTool(tool: 'pan' | 'lasso' | 'box'): void {
    plot.value?.set({
      mouseMode: tool === 'pan' ? 'panZoom' : 'lasso',
      lassoType: tool === 'box' ? 'rectangle' : 'freeform',
    } as never);
  }
  onScopeDispose(() => {
    clearTimeout(rest);
    plot.value?.destroy();
    plot.value = null;
    freeShare();
  });
  return { plot, create, show, restyle, setTool, ...view };
}
