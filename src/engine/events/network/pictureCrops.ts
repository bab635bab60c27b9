// Training crops of picture grids: stretches of recordings, turned, moved, scaled and amplified at random, the same way all along.
import type { Random } from '../../training/random.ts';
import { frameStates } from '../frameStates.ts';
import { gridChannels, gridSize, pictureRateHz, type PictureInput } from '../pictureInput.ts';
import type { LabelledRecording } from '../timedSpan.ts';
import type { CropBatch } from './spectralCrops.ts';

export interface PictureRecording extends LabelledRecording {
  input: PictureInput;
}
const pixels = gridSize * gridSize * gridChannels;
/** Largest turn in radians, relative change of size, and move in points. */
const change = { turn: 0.2, size: 0.18, move: 4 };

export class PictureCrops {
  private readonly classes: number;
  private readonly random: Random;
  private readonly byClass: { recording: PictureRecording; middleS: number }[][];
  private readonly complete: PictureRecording[];
  readonly length: number;

  constructor(recordings: readonly PictureRecording[], classes: number, length: number, random: Random) {
    this.classes = classes;
    this.length = length;
    this.random = random;
    this.byClass = Array.from({ length: classes }, (_, k) =>
      recordings.flatMap((recording) =>
        recording.spans
          .filter(({ classIndex }) => classIndex === k)
          .map(({ onsetS, offsetS }) => ({ recording, middleS: (onsetS + offsetS) / 2 })),
      ),
    ).filter((marks) => marks.length > 0);
    this.complete = recordings.filter(({ complete }) => complete);
  }

  /** input [B, length, 32, 32, 2] in 0…1, states [B, length, K]. */
  batch(size: number): CropBatch {
    const input = new Float32Array(size * this.length * pixels);
    const states = new Int8Array(size * this.length * this.classes);
    const width = this.length * this.classes;
    for (let i = 0; i < size; i++)
      this.fill(
        input.subarray(i * this.length * pixels, (i + 1) * this.length * pixels),
        states.subarray(i * width, (i + 1) * width),
      );
    return { input, states };
  }

  private fill(input: Float32Array, states: Int8Array): void {
    const { random, length } = this;
    const { recording, centreS } = this.place();
    const frames = recording.input.grid.length / pixels;
    const first = Math.round(centreS * pictureRateHz - length / 2);
    const times = Float64Array.from({ length }, (_, t) => (first + t + 0.5) / pictureRateHz);
    frameStates(recording, times, this.classes, 1 / pictureRateHz, states);
    const signed = (size: number): number => (random.uniform() * 2 - 1) * size;
    const turn = signed(change.turn);
    const scale = 1 + signed(change.size);
    const move = [signed(change.move), signed(change.move)] as const;
    const gain = 1 + signed(0.3);
    for (let t = 0; t < length; t++) {
      const frame = Math.min(frames - 1, Math.max(0, first + t));
      const source = recording.input.grid.subarray(frame * pixels, (frame + 1) * pixels);
      const target = input.subarray(t * pixels, (t + 1) * pixels);
      turned(source, target, { cos: Math.cos(turn) / scale, sin: Math.sin(turn) / scale, move });
      for (let i = 0; i < pixels; i++) target[i]! *= gain;
    }
  }

  private place(): { recording: PictureRecording; centreS: number } {
    const { random } = this;
    if (this.complete.length > 0 && random.uniform() < 0.15) {
      const recording = this.complete[random.integer(0, this.complete.length)]!;
      return { recording, centreS: random.uniform() * recording.durationS };
    }
    const marks = this.byClass[random.integer(0, this.byClass.length)]!;
    const { recording, middleS } = marks[random.integer(0, marks.length)]!;
    return { recording, centreS: middleS + ((random.uniform() * 2 - 1) * this.length) / 3 / pictureRateHz };
  }
}

/** Bilinear, edges held; values become 0…1. */
function turned(
  source: Uint8Array,
  target: Float32Array,
  { cos, sin, move }: { cos: number; sin: number; move: readonly [number, number] },
): void {
  const middle = (gridSize - 1) / 2;
  const last = gridSize - 1.001;
  for (let y = 0; y < gridSize; y++)
    for (let x = 0; x < gridSize; x++) {
      const [dx, dy] = [x - middle - move[0], y - middle - move[1]];
      const u = Math.min(last, Math.max(0, middle + dx * cos - dy * sin));
      const v = Math.min(last, Math.max(0, middle + dx * sin + dy * cos));
      const [u0, v0] = [Math.floor(u), Math.floor(v)];
      const [du, dv] = [u - u0, v - v0];
      for (let c = 0; c < gridChannels; c++) {
        const i = (v0 * gridSize + u0) * gridChannels + c;
        const below = i + gridSize * gridChannels;
        const upper = source[i]! * (1 - du) + source[i + gridChannels]! * du;
        const lower = source[below]! * (1 - du) + source[below + gridChannels]! * du;
        target[(y * gridSize + x) * gridChannels + c] = (upper * (1 - dv) + lower * dv) / 255;
      }
    }
}
