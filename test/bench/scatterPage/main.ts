// BENCH CODE. The map's own scatter plot over N points of 20 clusters, and times that the bench asks for.
import { effectScope } from 'vue';
import { densityField } from '../../../src/renderer/src/features/map/overlays/densityField.ts';
import { insideLasso } from '../../../src/renderer/src/features/map/plot/insideLasso.ts';
import { inView } from '../../../src/renderer/src/features/map/plot/mapTransform.ts';
import { useScatter } from '../../../src/renderer/src/features/map/plot/useScatter.ts';

const count = Number(new URLSearchParams(location.search).get('points') ?? 100_000);
const x = new Float32Array(count),
  y = new Float32Array(count),
  index = new Uint16Array(count);
let state = 7;
const next = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
for (let i = 0; i < count; i++) {
  const group = i % 20;
  const [r, a] = [0.12 * Math.sqrt(-2 * Math.log(next() || 1e-9)), 2 * Math.PI * next()];
  x[i] = Math.max(-0.94, Math.min(0.94, 0.65 * Math.cos(group * 0.9) + r * Math.cos(a)));
  y[i] = Math.max(-0.94, Math.min(0.94, 0.65 * Math.sin(group * 0.9) + r * Math.sin(a)));
  index[i] = group;
}
const points = { projectionId: 1, clipIds: Int32Array.from({ length: count }, (_, i) => i + 1), x, y };
const colours = Array.from(
  { length: 20 },
  (_, i) => `#${(0x336699 + i * 0x0a1b07).toString(16).padStart(6, '0').slice(-6)}`,
);
const canvas = document.querySelector('canvas')!;
const scatter = effectScope().run(() =>
  useScatter({ onHover: () => {}, onClick: () => {}, onOutline: () => {}, onClear: () => {}, onView: () => {} }),
)!;
scatter.create(canvas, '#111418', '#6fb1f5');

const frame = (): Promise<number> =>
  new Promise((resolve) => {
    requestAnimationFrame(resolve);
  });
/**
 * Draws and reads one pixel back, so that the picture is really there. The plot draws with WebGL elsewhere and copies
 * into this canvas.
 */
const drawn = (): Promise<void> =>
  frame().then(() => {
    canvas.getContext('2d')!.getImageData(0, 0, 1, 1);
  });
const timed = (act: () => unknown): number => {
  const begun = performance.now();
  act();
  return performance.now() - begun;
};

const bench = {
  async first(): Promise<number> {
    const begun = performance.now();
    const done = new Promise<void>((resolve) => {
      scatter.plot.value!.subscribe('draw', () => resolve());
    });
    scatter.show({ points, index, colours, visible: null, selected: [] });
    await done;
    await drawn();
    return performance.now() - begun;
  },
  /** Milliseconds of each of `frames` frames while the view is moved, or zoomed. */
  async frames(what: 'pan' | 'zoom', frames: number): Promise<number[]> {
    const camera = scatter.plot.value!.get('camera') as unknown as { pan: (by: [number, number]) => void };
    const times: number[] = [];
    for (let i = 0; i < frames; i++) {
      const begun = performance.now();
      if (what === 'pan') camera.pan([i % 20 < 10 ? 0.02 : -0.02, 0.01 * Math.sin(i)]);
      scatter.zoomBy(what === 'zoom' ? (i % 20 < 10 ? 0.93 : 1 / 0.93) : 1);
      await drawn();
      times.push(performance.now() - begun);
    }
    return times;
  },
  /** Work on the page's side beside drawing. */
  work(): Record<string, number> {
    const all = (): boolean => true;
    const outline = Array.from({ length: 60 }, (_, k): [number, number] => [
      0.6 * Math.cos(k / 9.55),
      0.6 * Math.sin(k / 9.55),
    ]);
    return {
      lasso: timed(() => insideLasso(outline, x, y, all)),
      inView: timed(() => inView(scatter.transform(1000, 700)!, x, y, all)),
      density: timed(() => densityField(x, y, all)),
    };
  },
  async filter(): Promise<number> {
    const begun = performance.now();
    scatter.show({
      points,
      index,
      colours,
      visible: Array.from({ length: Math.ceil(count / 2) }, (_, i) => 2 * i),
      selected: [],
    });
    await frame();
    await drawn();
    return performance.now() - begun;
  },
};
Object.assign(window, { bench });
