// Decodes a file window by window. What a hostile or damaged file can cost is bounded: windows, failed attempts and
// time.
import type { Badge } from '../../../shared/contract/clip.ts';
import type { ItemFailure } from '../../../shared/contract/errors.ts';
import { EngineError } from '../../../shared/engineError.ts';
import type { NewMedia } from '../../collection/stores.ts';
import { inputPathOf, thumbnailPathOf } from '../../media/inputPath.ts';
import type { Stretch } from '../../media/mediaStretches.ts';
import { planWindows } from '../../media/planWindows.ts';
import { DecodeTimeout, fileLimitS, type MediaGate } from '../inputs/mediaGate.ts';

export interface ImportWindows {
  windowS: number;
  hopS: number;
}

/** Windows that fail one after another before the rest of a file is given up. */
export const mostFailuresInARow = 20;
/** Windows that may run into the time limit before the rest of a file is given up. */
const mostTimeouts = 2;
/** Failed windows that are described one by one. */
const described = 3;

/** What happened to the windows of one file. */
class WindowFailures {
  private readonly messages: string[] = [];
  private count = 0;
  private inARow = 0;
  private timeouts = 0;
  private first: EngineError | null = null;

  failed(error: EngineError, { startS, endS }: Stretch): void {
    this.first ??= error;
    this.count++;
    this.inARow++;
    if (error instanceof DecodeTimeout) this.timeouts++;
    if (this.messages.length < described) this.messages.push(`${startS} s to ${endS} s: ${error.message}`);
  }

  succeeded(): void {
    this.inARow = 0;
  }

  get hopeless(): boolean {
    return this.inARow >= mostFailuresInARow || this.timeouts >= mostTimeouts;
  }

  /** Thrown where nothing of the file could be decoded. */
  error(path: string): EngineError {
    return new EngineError('DECODE_FAILED', this.first?.message ?? 'nothing in the file can be decoded', { path });
  }

  /** One failure for the whole file, null where every window was decoded. `left`: windows that were not tried. */
  summary(path: string, total: number, left: number): ItemFailure | null {
    if (!this.count) return null;
    const more = this.count - this.messages.length;
    const parts = [
      `${this.count} of ${total} windows cannot be decoded (${this.messages.join('; ')}${more ? `; and ${more} more` : ''})`,
      ...(left ? [`the ${left} windows after them were left out`] : []),
    ];
    return { path, code: 'DECODE_FAILED', message: parts.join('; ') };
  }
}

export interface DecodeFileInput extends ImportWindows {
  /** Where inputs and thumbnails go. */
  workspacePath: string;
  path: string;
  sizeBytes: number;
  contentHash: string;
  signal: AbortSignal;
  /** Called while the windows of a long file are decoded. */
  onWindow?: ((done: number, total: number) => void) | undefined;
}

/** The file's facts and clips; `failure` tells of windows that could not be decoded while others could. */
export interface DecodedFile {
  media: NewMedia;
  failure: ItemFailure | null;
}

/** @throws EngineError DECODE_FAILED, NOT_FOUND, BAD_INPUT with the path; DISK_FULL and CANCELLED, which concern the whole import */
export async function decodeFile(gate: MediaGate, file: DecodeFileInput): Promise<DecodedFile> {
  const { path, contentHash, signal, onWindow } = file;
  const limitS = fileLimitS(file.sizeBytes);
  const {
    rotation: _,
    salvaged,
    stretches,
    ...facts
  } = await gate.call(path, limitS, signal, (calls, own) => calls.probe({ path }, { signal: own }));
  const windows = planWindows(facts.durationS, file.windowS, file.hopS, stretches.length ? stretches : undefined);
  const decoded = new Array<NewMedia['clips'][number] | null>(windows.length).fill(null);
  const failures = new WindowFailures();
  const decodeWindow = async (index: number): Promise<void> => {
    const { startS, endS } = windows[index]!;
    const key = { contentHash, startS, endS };
    const input = {
      path,
      kind: facts.kind,
      durationS: facts.durationS,
      startS,
      endS,
      inputPath: inputPathOf(file.workspacePath, key),
      thumbnailPath: thumbnailPathOf(file.workspacePath, key),
    };
    try {
      const { badges } = await gate.call(path, limitS, signal, (calls, own) => calls.prepare(input, { signal: own }));
      const all: Badge[] = salvaged && !badges.includes('salvaged') ? [...badges, 'salvaged'] : badges;
      decoded[index] = { startS, endS, badges: all };
      failures.succeeded();
    } catch (thrown) {
      const error = EngineError.from(thrown);
      if (error.code !== 'DECODE_FAILED' || windows.length === 1) throw error;
      failures.failed(error, windows[index]!);
    }
  };
  // Two windows of a long file beside each other, in the order of the file: memory stays flat.
  let tried = 0;
  while (tried < windows.length && !failures.hopeless) {
    const pair = [tried, tried + 1].filter((k) => k < windows.length);
    await Promise.all(pair.map(decodeWindow));
    tried += pair.length;
    if (windows.length > 2) onWindow?.(tried, windows.length);
  }
  const clips = decoded.filter((clip) => clip !== null);
  if (!clips.length) throw failures.error(path);
  return {
    media: { ...facts, absolutePath: path, contentHash, clips },
    failure: failures.summary(path, windows.length, windows.length - tried),
  };
}
