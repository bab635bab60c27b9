// The part of a modality's pictures that is shown, shared by all of them so that they stay aligned. Shares of the whole
// picture.
import { computed, shallowRef } from 'vue';

export interface View {
  x0: number;
  x1: number;
  y0: number;
  y1: number;
}
export const wholeView: View = { x0: 0, x1: 1, y0: 0, y1: 1 };

const placed = (from: number, length: number): [number, number] => {
  const start = Math.min(1 - length, Math.max(0, from));
  return [start, start + length];
};

/**
 * A view `factor` times as close, with the point at (x, y) of the shown part staying where it is.
 * @param upright also the height
 */
export function zoomed(
  { x0, x1, y0, y1 }: View,
  factor: number,
  [x, y]: readonly [number, number],
  upright: boolean,
  most: number,
): View {
  const width = Math.min(1, Math.max(1 / most, (x1 - x0) / factor));
  const height = upright ? Math.min(1, Math.max(1 / most, (y1 - y0) / factor)) : 1;
  const [left, right] = placed(x0 + x * (x1 - x0 - width), width);
  const [top, bottom] = upright ? placed(y0 + y * (y1 - y0 - height), height) : [0, 1];
  return { x0: left, x1: right, y0: top, y1: bottom };
}

/** Moved by shares of what is shown. */
export function moved({ x0, x1, y0, y1 }: View, dx: number, dy: number): View {
  const [left, right] = placed(x0 + dx * (x1 - x0), x1 - x0);
  const [top, bottom] = placed(y0 + dy * (y1 - y0), y1 - y0);
  return { x0: left, x1: right, y0: top, y1: bottom };
}

/** Ticks of the shown seconds, at most a dozen. */
export function secondsShown({ x0, x1 }: View, lengthS: number): number[] {
  const span = (x1 - x0) * lengthS;
  const step = [0.1, 0.2, 0.5, 1, 2].find((one) => span / one <= 12) ?? 2;
  const first = Math.ceil((x0 * lengthS) / step - 1e-6);
  return Array.from(
    { length: Math.floor((x1 * lengthS) / step + 1e-6) - first + 1 },
    (_, k) => Math.round((first + k) * step * 10) / 10,
  );
}

export function useZoom(upright: boolean, most = upright ? 8 : 16) {
  const view = shallowRef<View>(wholeView);
  const zoom = (factor: number, at: readonly [number, number] = [0.5, 0.5]): void => {
    view.value = zoomed(view.value, factor, at, upright, most);
  };
  const move = (dx: number, dy: number): void => {
    view.value = moved(view.value, dx, dy);
  };
  const reset = (): void => {
    view.value = wholeView;
  };
  const scale = computed(() => 1 / (view.value.x1 - view.value.x0));
  return { view, scale, zoom, move, reset };
}
export type Zoom = ReturnType<typeof useZoom>;
