// Inputs of detectors, one file per recording content, made once and kept with the other inputs of the workspace.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { EngineError } from '../../../shared/engineError.ts';
import type { EngineContext } from '../engineContext.ts';

/** Raised when the form of the inputs changes, so that older files are made again. */
const version = 2;

/** The input file of a recording, made if missing. @throws NOT_FOUND, DECODE_FAILED */
export async function detectorInput(
  { workspace, media }: Pick<EngineContext, 'workspace' | 'media'>,
  mediaId: number,
  signal: AbortSignal,
): Promise<string> {
  const recording = workspace.media.get(mediaId);
  if (!recording) throw new EngineError('NOT_FOUND', `there is no recording ${mediaId}`);
  const outputPath = path.join(workspace.folder('inputs'), `events-${recording.contentHash}-v${version}.safetensors`);
  if (!existsSync(outputPath))
    await media.calls.detectorInput(
      { path: recording.absolutePath, durationS: recording.durationS, outputPath },
      { signal },
    );
  return outputPath;
}
