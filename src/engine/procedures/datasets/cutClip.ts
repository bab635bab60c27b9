// The window of a clip as a media file of its own.
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { EngineError } from '../../../shared/engineError.ts';
import type { DatasetLayout } from '../../../shared/contract/dataset.ts';
import type { ClipRecord } from '../../collection/stores.ts';
import type { EngineContext } from '../engineContext.ts';

const lacks = (what: string): EngineError =>
  new EngineError('BAD_INPUT', `the clip has no ${what}, which this layout needs`, {
    hint: 'Export it as WebDataset shards, which hold sound, video and pictures.',
  });

/** The ending of the file that a clip becomes. @throws BAD_INPUT where the layout has no place for it */
export function endingOf({ kind, badges, absolutePath }: ClipRecord, layout: DatasetLayout): string {
  if (layout === 'audiofolder') {
    if (kind === 'image' || badges.includes('no-sound')) throw lacks('sound');
    return '.wav';
  }
  if (layout === 'videofolder') {
    if (kind !== 'video' || badges.includes('no-picture')) throw lacks('moving picture');
    return '.mp4';
  }
  if (kind === 'image') return path.extname(absolutePath).toLowerCase();
  return kind === 'video' && !badges.includes('no-picture') ? '.mp4' : '.wav';
}

/** Writes `outputPath`, whose ending says what is cut. */
export async function cutClip(
  { workspace, media }: Pick<EngineContext, 'workspace' | 'media'>,
  clip: ClipRecord,
  outputPath: string,
  signal: AbortSignal,
): Promise<void> {
  const { absolutePath, startS, endS } = clip;
  if (clip.kind === 'image') return copyFile(absolutePath, outputPath);
  const window = { path: absolutePath, startS, endS, outputPath };
  if (outputPath.endsWith('.mp4')) {
    await media.calls.preview(window, { signal });
    return;
  }
  const rateHz = workspace.media.describe(clip.mediaId).sampleRateHz ?? 44_100;
  await media.calls.cutSound({ ...window, rateHz }, { signal });
}
