// The linked maps as a person uses them: one view for the three, by wheel, hand and keys; outlines, clicks and keys
// select.
import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createApp, nextTick } from 'vue';
import type { App } from 'vue';
import LinkedMaps from '../../../../../src/renderer/src/features/map/linked/LinkedMaps.vue';
import type { LinkedPoints } from '../../../../../src/renderer/src/features/map/linked/linkedMaps.ts';
import { mapTool } from '../../../../../src/renderer/src/features/map/overlays/mapTools.ts';
import { useSelection } from '../../../../../src/renderer/src/stores/selection.ts';

const at = (space: LinkedPoints['space'], places: [number, number][]): LinkedPoints => ({
  space,
  clipIds: Int32Array.of(1, 2, 3),
  x: Float32Array.from(places, ([x]) => x),
  y: Float32Array.from(places, ([, y]) => y),
});
const maps = [
  at('audio', [
    [-0.5, 0],
    [0.5, 0],
    [0, 0.8],
  ]),
  at('joint', [
    [-0.4, 0.1],
    [0.5, 0.1],
    [0, 0.7],
  ]),
  at('visual', [
    [-0.3, 0.2],
    [0.5, 0.2],
    [0, 0.6],
  ]),
];
let app: App;
let root: HTMLElement;

beforeEach(async () => {
  // happy-dom lays nothing out: the panel's size is told.
  vi.stubGlobal(
    'ResizeObserver',
    class {
      private readonly told: (entries: unknown[]) => void;
      constructor(told: (entries: unknown[]) => void) {
        this.told = told;
      }
      observe(): void {
        this.told([{ contentRect: { width: 900, height: 320 } }]);
      }
      unobserve(): void {}
      disconnect(): void {}
    },
  );
  setActivePinia(createPinia());
  mapTool.value = 'pan';
  root = document.createElement('div');
  document.body.append(root);
  app = createApp(LinkedMaps, { maps, names: ['Sound', 'Sound and picture', 'Picture'] });
  app.mount(root);
  await nextTick();
});
afterEach(() => {
  app.unmount();
  root.remove();
  vi.unstubAllGlobals();
});

const cells = (): HTMLElement[] => [...root.querySelectorAll<HTMLElement>('[role=application]')];
const marks = (): [number, number][] =>
  [...root.querySelectorAll('circle')].map((mark) => [
    Number(mark.getAttribute('cx')),
    Number(mark.getAttribute('cy')),
  ]);
const px = (value: string): number => Number.parseFloat(value);
/** Where a clip of a map lies in its cell, by the mark that opening it makes. */
async function placeOf(clipId: number, k: number): Promise<[number, number]> {
  useSelection().open(clipId);
  await nextTick();
  const [x, y] = marks()[k]!;
  return [x - px(cells()[k]!.style.left), y - px(cells()[k]!.style.top)];
}
/** Every cell's corner is at (0, 0) of the page, as nothing is laid out. */
async function pointer(
  cell: HTMLElement,
  type: string,
  [clientX, clientY]: readonly [number, number],
  more: PointerEventInit = {},
): Promise<void> {
  cell.setPointerCapture = () => {};
  cell.dispatchEvent(new PointerEvent(type, { clientX, clientY, button: 0, bubbles: true, ...more }));
  await nextTick();
}
async function key(cell: HTMLElement, name: string, more: KeyboardEventInit = {}): Promise<void> {
  cell.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true, ...more }));
  await nextTick();
}

describe('the linked maps', () => {
  it('join the open clip’s places and say on how many maps it is', async () => {
    expect(marks()).toEqual([]);
    await placeOf(1, 0);
    expect(marks()).toHaveLength(3);
    expect(root.querySelector('polyline')!.getAttribute('points')!.split(' ')).toHaveLength(3);
    expect(root.querySelector('[role=group]')!.getAttribute('aria-label')).toMatch(/marked on 3 of them/);
  });

  it('zoom as one by the wheel, about the pointer', async () => {
    const place = await placeOf(1, 2);
    const before = marks();
    const wheel = Object.assign(new Event('wheel', { cancelable: true }), {
      deltaY: -120,
      clientX: place[0],
      clientY: place[1],
    });
    cells()[2]!.dispatchEvent(wheel);
    expect(wheel.defaultPrevented).toBe(true);
    await nextTick();
    const after = marks();
    expect(after[2]![0]).toBeCloseTo(before[2]![0], 3);
    expect(after[2]![1]).toBeCloseTo(before[2]![1], 3);
    for (const k of [0, 1]) expect(after[k]).not.toEqual(before[k]);
  });

  it('move as one under the hand, and a drag is no click', async () => {
    await placeOf(1, 0);
    const before = marks();
    const cell = cells()[0]!;
    await pointer(cell, 'pointerdown', [100, 100]);
    await pointer(cell, 'pointermove', [80, 109]);
    await pointer(cell, 'pointermove', [70, 112]);
    await pointer(cell, 'pointerup', [70, 112]);
    cell.dispatchEvent(new MouseEvent('click', { clientX: 70, clientY: 112 }));
    await nextTick();
    for (const [k, [x, y]] of marks().entries()) {
      expect(x - before[k]![0]).toBeCloseTo(-30, 3);
      expect(y - before[k]![1]).toBeCloseTo(12, 3);
    }
    expect(useSelection().current).toBe(1);
  });

  it('zoom by keys and show all again by the key that fits the map', async () => {
    await placeOf(1, 0);
    const before = marks();
    await key(cells()[1]!, '+');
    expect(marks()).not.toEqual(before);
    await key(cells()[1]!, 'F', { ctrlKey: true, shiftKey: true });
    expect(marks()).toEqual(before);
  });

  it('walk from clip to clip by arrow keys and select by keys and clicks', async () => {
    const selection = useSelection();
    await placeOf(1, 0);
    await key(cells()[0]!, 'ArrowRight');
    expect(selection.current).toBe(2);
    await key(cells()[0]!, ' ', { ctrlKey: true });
    expect([...selection.ids]).toEqual([2]);
    const [clientX, clientY] = await placeOf(3, 1);
    selection.open(1);
    cells()[1]!.dispatchEvent(new MouseEvent('click', { clientX, clientY, ctrlKey: true }));
    expect([...selection.ids].sort()).toEqual([2, 3]);
    cells()[1]!.dispatchEvent(new MouseEvent('click', { clientX, clientY }));
    expect(selection.current).toBe(3);
    // A double click on nothing lets the selection go.
    cells()[1]!.dispatchEvent(new MouseEvent('dblclick', { clientX: 3, clientY: 3 }));
    expect([...selection.ids]).toEqual([]);
  });

  it('select what an outline holds: Shift and drag, or the box that is taken on the main map', async () => {
    const selection = useSelection();
    const size = px(cells()[0]!.style.width);
    const [left, right, top, low] = [2, size / 2, 2, size - 2];
    const outline = async (path: [number, number][], more: PointerEventInit = {}): Promise<void> => {
      await pointer(cells()[0]!, 'pointerdown', path[0]!, more);
      for (const place of path.slice(1)) await pointer(cells()[0]!, 'pointermove', place, more);
      await pointer(cells()[0]!, 'pointerup', path.at(-1)!, more);
    };
    await outline(
      [
        [left, top],
        [right - 4, top],
        [right - 4, low],
        [left, low],
      ],
      { shiftKey: true },
    );
    expect([...selection.ids]).toEqual([1]);
    mapTool.value = 'box';
    await outline(
      [
        [right + 4, size / 2 - 20],
        [size - 2, size / 2 + 20],
      ],
      { ctrlKey: true },
    );
    expect([...selection.ids].sort()).toEqual([1, 2]);
    selection.clear();
    await outline([
      [left, top],
      [left + 9, top + 9],
    ]);
    expect([...selection.ids]).toEqual([]);
  });
});
