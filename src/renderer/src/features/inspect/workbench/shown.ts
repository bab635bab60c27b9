// What the workbench was asked for and what it shows of it.
import type { MaskSpec } from '../../../../../shared/contract/model.ts';
import type { Pictured } from '../../../../../shared/figures/reconstructionSide.ts';

/** A clip of the collection, or a file dropped on the workbench (a path on the engine's machine). */
export type Seen = { clipId: number } | { file: string; name: string };
export const keyOf = (seen: Seen): string => ('clipId' in seen ? `clip ${seen.clipId}` : `file ${seen.file}`);
/** As the contract wants it. */
export const subjectOf = (seen: Seen): { clipId: number } | { file: string } =>
  'clipId' in seen ? seen : { file: seen.file };

export interface Request {
  seen: Seen;
  modelId: string;
  frame: number;
  mask: MaskSpec;
}

/** `where` it was computed, as the workbench says it. */
export interface Shown extends Pictured {
  request: Request;
  milliseconds: number;
  where: string;
  inPage: boolean;
}
