// Answers `/media/clips/:id/…` (src/shared/wire/urls.ts). Paths never come from the address: a clip's number leads to a
// known medium.
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EngineError } from '../../shared/engineError.ts';
import { boundFolder } from './boundFolder.ts';
import { cachedFile, ensureClipInput, type CacheFolders, type ClipInputMaker, type ClipSource } from './clipInput.ts';
import { fileResponse } from './fileResponse.ts';
import { previewPathOf, stemOf, thumbnailPathOf } from './inputPath.ts';
import { mediaTypeOf } from './mediaTypes.ts';

/** What is needed of the engine's context. */
export interface MediaResponseContext extends ClipInputMaker {
  workspace: CacheFolders & {
    clips: { get(clipId: number): (ClipSource & { mediaId: number }) | null };
    media: { get(mediaId: number): { sizeBytes: number; modifiedMs: number } | null };
  };
  media: ClipInputMaker['media'] & {
    calls: {
      spectrogramPng(input: { inputPath: string }, options?: { signal?: AbortSignal }): Promise<{ png: Uint8Array }>;
      framesJpeg(
        input: { inputPath: string; k: number },
        options?: { signal?: AbortSignal },
      ): Promise<{ jpeg: Uint8Array }>;
      preview(
        input: { path: string; startS: number; endS: number; outputPath: string },
        options?: { signal?: AbortSignal },
      ): Promise<unknown>;
    };
  };
}

type Clip = ClipSource & { mediaId: number };

/** What an address that names its content holds for a day, and another has to ask for each time. */
const cacheControlOf = (request: Request, clip: Clip): string =>
  new URL(request.url).searchParams.get('v') === stemOf(clip)
    ? 'private, max-age=86400, immutable'
    : 'private, no-cache';
const previewFolderBytes = 4 * 1024 ** 3;
/** A preview that takes longer is given up: the file is hostile or the window absurd. */
const previewLimitMs = 180_000;
const previewing = new Map<string, Promise<unknown>>();

async function source(request: Request, { workspace }: MediaResponseContext, clip: Clip): Promise<Response | null> {
  const known = workspace.media.get(clip.mediaId);
  if (!known) return null;
  const unchanged = (file: { sizeBytes: number; modifiedMs: number }) =>
    file.sizeBytes === known.sizeBytes && file.modifiedMs === Math.round(known.modifiedMs);
  const response = await fileResponse(request, clip.absolutePath, {
    contentType: mediaTypeOf(clip.absolutePath),
    cacheControl: 'private, no-cache',
    accept: unchanged,
  });
  if (response) return response;
  const there = await stat(clip.absolutePath).then(
    () => true,
    () => false,
  );
  throw new EngineError(
    there ? 'CONFLICT' : 'NOT_FOUND',
    there ? 'the file has changed since it was imported' : 'the file is not where it was',
    { path: clip.absolutePath, hint: there ? 'Import it again.' : 'Relink its folder.' },
  );
}

async function preview(
  request: Request,
  { workspace, media }: MediaResponseContext,
  clip: Clip,
): Promise<Response | null> {
  const outputPath = await cachedFile(workspace, (root) => previewPathOf(root, clip));
  const answer = () =>
    fileResponse(request, outputPath, { contentType: 'video/mp4', cacheControl: cacheControlOf(request, clip) });
  const ready = await answer();
  if (ready) return ready;
  if (clip.kind === 'image')
    throw new EngineError('BAD_INPUT', 'a still has no moving preview', { path: clip.absolutePath });
  // Made once for all who ask; not stopped when the first of them leaves, since players ask again at once.
  const make = async () => {
    await mkdir(dirname(outputPath), { recursive: true });
    await boundFolder(dirname(outputPath), previewFolderBytes);
    await media.calls.preview(
      { path: clip.absolutePath, startS: clip.startS, endS: clip.endS, outputPath },
      { signal: AbortSignal.timeout(previewLimitMs) },
    );
  };
  const work = previewing.get(outputPath) ?? make().finally(() => previewing.delete(outputPath));
  previewing.set(outputPath, work);
  await work;
  return answer();
}

function pictureResponse(request: Request, clip: Clip, bytes: Uint8Array, contentType: string): Response {
  const headers = {
    'content-type': contentType,
    'content-length': String(bytes.byteLength),
    'cache-control': cacheControlOf(request, clip),
  };
  return new Response(request.method === 'HEAD' ? null : (bytes as Uint8Array<ArrayBuffer>), { headers });
}

/**
 * Null where there is no such clip or address.
 * @throws EngineError NOT_FOUND (file gone, no such modality), CONFLICT (file changed), DECODE_FAILED
 */
export async function mediaResponse(request: Request, context: MediaResponseContext): Promise<Response | null> {
  const match = /^\/media\/clips\/([1-9]\d{0,14})\/([a-z0-9./]+)$/.exec(new URL(request.url).pathname);
  const clip = match && context.workspace.clips.get(Number(match[1]));
  if (!match || !clip) return null;
  const { signal } = request;
  const what = match[2]!;
  const frame = /^frames\/(\d)\.jpg$/.exec(what);
  if (frame) {
    const inputPath = await ensureClipInput(context, clip);
    return pictureResponse(
      request,
      clip,
      (await context.media.calls.framesJpeg({ inputPath, k: Number(frame[1]) }, { signal })).jpeg,
      'image/jpeg',
    );
  }
  switch (what) {
    case 'source':
      return source(request, context, clip);
    case 'preview.mp4':
      return preview(request, context, clip);
    case 'thumbnail.jpg': {
      const options = { contentType: 'image/jpeg', cacheControl: cacheControlOf(request, clip) };
      const pathOf = (root: string) => thumbnailPathOf(root, clip);
      const ready = await fileResponse(request, await cachedFile(context.workspace, pathOf), options);
      if (ready && ready.headers.get('content-length') !== '0') return ready;
      await ensureClipInput(context, clip, { thumbnail: true });
      return fileResponse(request, await cachedFile(context.workspace, pathOf), options);
    }
    case 'spectrogram.png': {
      const inputPath = await ensureClipInput(context, clip);
      return pictureResponse(
        request,
        clip,
        (await context.media.calls.spectrogramPng({ inputPath }, { signal })).png,
        'image/png',
      );
    }
    case 'input.safetensors': {
      const inputPath = await ensureClipInput(context, clip);
      return fileResponse(request, inputPath, {
        contentType: 'application/octet-stream',
        cacheControl: cacheControlOf(request, clip),
      });
    }
    default:
      return null;
  }
}
