// Clip inputs for training: kept in memory up to a bound, read ahead while a step computes.
import type { ClipInput } from '../../inference/clipInput.ts';

/** A clip to train on: `path` of its input file, `source` the file it was cut from, `name` for messages. */
export interface TrainingClip {
  clipId: number;
  path: string;
  source: number;
  name: string;
  /** Its input holds the frames of CAV-MAE Sync too. */
  aligned?: boolean;
}

const bytesOf = ({ fbank, frames, aligned }: ClipInput): number =>
  (fbank?.byteLength ?? 0) + (frames?.data.byteLength ?? 0) + (aligned?.data.byteLength ?? 0);

/** `read` reads one input file (u8 frames, f32 fbank). The first clips that fit stay; the rest is read anew each time. */
export class InputCache {
  private readonly read: (path: string) => Promise<ClipInput>;
  private readonly maxBytes: number;
  private readonly kept = new Map<string, ClipInput>();
  private readonly coming = new Map<string, Promise<ClipInput>>();
  private bytes = 0;

  constructor(read: (path: string) => Promise<ClipInput>, maxBytes: number) {
    this.read = read;
    this.maxBytes = maxBytes;
  }

  /** Starts reading what will be asked for next. */
  prefetch(clips: readonly TrainingClip[]): void {
    for (const { path } of clips) if (!this.kept.has(path)) void this.begin(path).catch(() => undefined);
  }

  /** Throws what reading throws. */
  async get({ path }: TrainingClip): Promise<ClipInput> {
    const kept = this.kept.get(path);
    if (kept) return kept;
    const input = await this.begin(path);
    this.coming.delete(path);
    const size = bytesOf(input);
    if (!this.kept.has(path) && this.bytes + size <= this.maxBytes) {
      this.kept.set(path, input);
      this.bytes += size;
    }
    return input;
  }

  private begin(path: string): Promise<ClipInput> {
    let reading = this.coming.get(path);
    if (!reading) {
      reading = this.read(path);
      this.coming.set(path, reading);
      // What failed once is read anew when asked for again.
      reading.catch(() => this.coming.delete(path));
    }
    return reading;
  }
}
