// A reconstruction as the workbench shows it, wherever it was computed.
import type { Plane } from './pictures.ts';

/** One modality; `error` is per patch, `frames` the spectrogram's columns before its padding. */
export interface Side { original: Plane; predicted: Plane; mask: Uint8Array; error: Float32Array; loss: number | null; frames: number }

/** `where` it was computed, as the workbench says it. A side is absent where the clip has no such input. */
export interface Shown { clipId: number; A: Side | null; V: Side | null; perPatchStatistics: boolean; milliseconds: number; where: string; inPage: boolean }
