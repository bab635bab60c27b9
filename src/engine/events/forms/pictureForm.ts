// The form of a seen event: gradients of what changed in the scene, cut out and brought to one size, and their distance by local
// distortions of the picture (the image distortion model of Keysers et al. 2007, "Deformation Models for Image Recognition").
import { pictureRateHz, pictureSize, usualValue } from '../pictureInput.ts';

const side = 14;
/** Points by which parts of the picture may be displaced, and the context that is displaced with each. */
const displacement = 1;
const context = 1;
const border = displacement + context;
const padded = side + 2 * border;
const points = pictureSize * pictureSize;
/** Half the side of the cut in standard deviations of what changed. */
const reach = 2.1;

/** @returns gradients [18, 18, 2] with a border of zeros */
export function pictureForm(
  pictures: Uint8Array,
  { onsetS, offsetS }: { onsetS: number; offsetS: number },
): Float32Array {
  const cut = cutOut(changeOver(pictures, onsetS, offsetS));
  const at = (y: number, x: number): number => (y < 0 || x < 0 || y >= side || x >= side ? 0 : cut[y * side + x]!);
  const out = new Float32Array(padded * padded * 2);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const i = ((y + border) * padded + x + border) * 2;
      out[i] = at(y, x + 1) - at(y, x - 1);
      out[i + 1] = at(y + 1, x) - at(y - 1, x);
    }
  return out;
}

/** Mean absolute difference from the scene over the event [64, 64], brought to 0…1 by its brightest points. */
function changeOver(pictures: Uint8Array, onsetS: number, offsetS: number): Float32Array {
  const frames = pictures.length / points;
  const from = Math.min(frames - 1, Math.max(0, Math.round(onsetS * pictureRateHz)));
  const to = Math.min(frames, Math.max(from + 1, Math.round(offsetS * pictureRateHz)));
  const sum = new Float32Array(points);
  for (let f = from; f < to; f++) for (let p = 0; p < points; p++) sum[p]! += pictures[f * points + p]! - usualValue;
  const change = sum.map((value) => Math.abs(value) / (to - from));
  const bright = Math.max(1, change.toSorted()[points - 21]!);
  return change.map((value) => Math.min(1, Math.max(0, (value / bright - 0.2) / 0.6)));
}

/** The changed region [14, 14], centred at its mass and scaled by its extent. */
function cutOut(change: Float32Array): Float32Array {
  let [mass, cx, cy] = [1e-6, 0, 0];
  for (let p = 0; p < points; p++) {
    mass += change[p]!;
    cx += change[p]! * (p % pictureSize);
    cy += change[p]! * Math.floor(p / pictureSize);
  }
  [cx, cy] = [cx / mass, cy / mass];
  let [vx, vy] = [0, 0];
  for (let p = 0; p < points; p++) {
    vx += change[p]! * ((p % pictureSize) - cx) ** 2;
    vy += change[p]! * (Math.floor(p / pictureSize) - cy) ** 2;
  }
  const half = Math.max(2, reach * Math.sqrt(Math.max(vx, vy) / mass));
  const out = new Float32Array(side * side);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      for (const dy of [-0.25, 0.25])
        for (const dx of [-0.25, 0.25]) {
          const u = cx + ((x + 0.5 + dx) / side - 0.5) * 2 * half;
          const v = cy + ((y + 0.5 + dy) / side - 0.5) * 2 * half;
          out[y * side + x]! += bilinear(change, u, v) / 4;
        }
  return out;
}

function bilinear(change: Float32Array, u: number, v: number): number {
  const [u0, v0] = [Math.floor(u), Math.floor(v)];
  if (u0 < 0 || v0 < 0 || u0 >= pictureSize - 1 || v0 >= pictureSize - 1) return 0;
  const [du, dv] = [u - u0, v - v0];
  const i = v0 * pictureSize + u0;
  const upper = change[i]! * (1 - du) + change[i + 1]! * du;
  const lower = change[i + pictureSize]! * (1 - du) + change[i + pictureSize + 1]! * du;
  return upper * (1 - dv) + lower * dv;
}

/** Every point of `a` with its context finds the nearest in `b` within the displacement. */
export function pictureDistance(a: Float32Array, b: Float32Array): number {
  const run = (2 * context + 1) * 2;
  let sum = 0;
  for (let y = border; y < border + side; y++)
    for (let x = border; x < border + side; x++) {
      let best = Infinity;
      for (let wy = -displacement; wy <= displacement; wy++)
        for (let wx = -displacement; wx <= displacement; wx++) {
          let cost = 0;
          for (let dy = -context; dy <= context && cost < best; dy++) {
            const i = ((y + dy) * padded + x - context) * 2;
            const j = ((y + dy + wy) * padded + x + wx - context) * 2;
            for (let k = 0; k < run; k++) {
              const gap = a[i + k]! - b[j + k]!;
              cost += gap * gap;
            }
          }
          if (cost < best) best = cost;
        }
      sum += best;
    }
  return Math.sqrt(sum);
}
