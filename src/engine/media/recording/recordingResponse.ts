// Answers `/media/recordings/:mediaId/…` (src/shared/wire/recordingTiles.ts): what the timeline draws of a whole file.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../../../shared/engineError.ts';
import {
  coarsestLevel,
  overlaps,
  overviewLevel,
  overviewWindow,
  windowSizes,
  type OverviewState,
  type TileSettings,
} from '../../../shared/wire/recordingTiles.ts';
import { contentDigits } from '../../../shared/wire/urls.ts';
import { boundFolder } from '../boundFolder.ts';
import type { DetailTileRequest } from './detailTile.ts';
import type { OverviewRequest } from './overviewFile.ts';

interface Recording {
  id: number;
  absolutePath: string;
  contentHash: string;
  durationS: number;
}
interface CallOptions<E = unknown> {
  signal?: AbortSignal;
  onEvent?: (event: E) => void;
}

/** What is needed of the engine's context. */
export interface RecordingResponseContext {
  workspace: { path: string; cachePath?: string; media: { get(mediaId: number): Recording | null } };
  media: {
    calls: {
      recordingOverview(
        input: OverviewRequest,
        options?: CallOptions<{ progress: number }>,
      ): Promise<Record<string, never>>;
      recordingTile(input: DetailTileRequest, options?: CallOptions): Promise<{ bytes: Uint8Array }>;
      overviewTile(
        input: { path: string; level: number; index: number },
        options?: CallOptions,
      ): Promise<{ bytes: Uint8Array }>;
      filmFrame(
        input: { path: string; timeS: number; durationS: number },
        options?: CallOptions,
      ): Promise<{ jpeg: Uint8Array }>;
    };
  };
}

const overviewFolderBytes = 4 * 1024 ** 3;
/** Overviews being made, by their path. A failure stays until it has been told once. */
const making = new Map<string, OverviewState>();

const overviewPath = (workspacePath: string, { contentHash }: Recording, { channel, rateHz }: TileSettings): string =>
  join(workspacePath, 'overviews', `${contentHash.slice(0, contentDigits)}-${channel}-${rateHz}.bin`);

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Starts the overview where it is neither there nor being made. */
async function overviewState(
  context: RecordingResponseContext,
  recording: Recording,
  settings: TileSettings,
): Promise<OverviewState> {
  const path = overviewPath(context.workspace.cachePath ?? context.workspace.path, recording, settings);
  if (await exists(path)) return { ready: true, progress: 1, error: null };
  const known = making.get(path);
  if (known) {
    if (known.error) making.delete(path);
    return known;
  }
  const state: OverviewState = { ready: false, progress: 0, error: null };
  making.set(path, state);
  const { absolutePath, durationS } = recording;
  const { channel, rateHz } = settings;
  void (async () => {
    try {
      await boundFolder(join(context.workspace.cachePath ?? context.workspace.path, 'overviews'), overviewFolderBytes);
      await context.media.calls.recordingOverview(
        { path: absolutePath, outputPath: path, durationS, channel, rateHz },
        { onEvent: ({ progress }) => (state.progress = progress) },
      );
      making.delete(path);
    } catch (thrown) {
      state.error = EngineError.from(thrown).message;
    }
  })();
  return state;
}

function settingsOf(text: string): TileSettings {
  const [channel, rateHz, windowSize = overviewWindow, overlapPercent = 50] = text.split('-').map(Number) as [
    number,
    number,
    number?,
    number?,
  ];
  if (channel > 63 || rateHz < 1000 || rateHz > 1_536_000)
    throw new EngineError('BAD_INPUT', 'channel or sample rate is out of range');
  if (!(windowSizes as readonly number[]).includes(windowSize))
    throw new EngineError('BAD_INPUT', `the analysis window must be one of ${windowSizes.join(', ')} samples`);
  if (!(overlaps as readonly number[]).includes(overlapPercent))
    throw new EngineError('BAD_INPUT', `windows must overlap by ${overlaps.join(', ')} percent`);
  return { channel, rateHz, windowSize, overlapPercent };
}

async function tile(
  request: Request,
  context: RecordingResponseContext,
  recording: Recording,
  [settingsText, levelText, indexText]: string[],
): Promise<Uint8Array> {
  const settings = settingsOf(settingsText!);
  const [level, index] = [Number(levelText), Number(indexText)];
  if (level > coarsestLevel) throw new EngineError('BAD_INPUT', `there is no level ${level}`);
  const { signal } = request;
  if (level < overviewLevel)
    return (
      await context.media.calls.recordingTile(
        { path: recording.absolutePath, durationS: recording.durationS, ...settings, level, index },
        { signal },
      )
    ).bytes;
  const path = overviewPath(context.workspace.cachePath ?? context.workspace.path, recording, settings);
  if (!(await exists(path)))
    throw new EngineError('CONFLICT', 'the overview of this recording is not there yet', {
      path: recording.absolutePath,
    });
  return (await context.media.calls.overviewTile({ path, level, index }, { signal })).bytes;
}

/**
 * Null where there is no such recording or address.
 * @throws EngineError NOT_FOUND, BAD_INPUT, CONFLICT (overview not there yet), DECODE_FAILED
 */
export async function recordingResponse(request: Request, context: RecordingResponseContext): Promise<Response | null> {
  const url = new URL(request.url);
  const match = /^\/media\/recordings\/([1-9]\d{0,14})\/([a-z]+)\/([a-z0-9./-]+)$/.exec(url.pathname);
  const recording = match && context.workspace.media.get(Number(match[1]));
  if (!match || !recording) return null;
  const named = url.searchParams.get('v') === recording.contentHash.slice(0, contentDigits);
  const cacheControl = named ? 'private, max-age=86400, immutable' : 'private, no-cache';
  const answer = (bytes: Uint8Array, contentType: string): Response =>
    new Response(bytes as Uint8Array<ArrayBuffer>, {
      headers: { 'content-type': contentType, 'cache-control': cacheControl },
    });
  const [what, rest] = [match[2]!, match[3]!];
  const overview = what === 'overview' && /^(\d{1,2}-\d{4,7})\.json$/.exec(rest);
  if (overview)
    return Response.json(await overviewState(context, recording, settingsOf(overview[1]!)), {
      headers: { 'cache-control': 'no-store' },
    });
  const tiled = what === 'tiles' && /^(\d{1,2}-\d{4,7}-\d{3,4}-\d{1,2})\/(\d{1,2})\/(\d{1,7})\.safetensors$/.exec(rest);
  if (tiled) return answer(await tile(request, context, recording, tiled.slice(1)), 'application/octet-stream');
  const film = what === 'film' && /^(\d{1,9})\.jpg$/.exec(rest);
  if (!film) return null;
  const { jpeg } = await context.media.calls.filmFrame(
    { path: recording.absolutePath, timeS: Number(film[1]) / 1000, durationS: recording.durationS },
    { signal: request.signal },
  );
  return answer(jpeg, 'image/jpeg');
}
