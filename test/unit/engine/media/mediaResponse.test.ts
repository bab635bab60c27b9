// The media addresses over a real workspace and a real media worker.
import { mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Clip } from '../../../../src/shared/contract/clip.ts';
import { decodeSafetensors } from '../../../../src/shared/wire/safetensors.ts';
import {
  frameUrl,
  inputUrl,
  previewUrl,
  sourceUrl,
  spectrogramUrl,
  thumbnailUrl,
} from '../../../../src/shared/wire/urls.ts';
import { Workspace } from '../../../../src/engine/collection/workspace.ts';
import { mediaResponse } from '../../../../src/engine/media/mediaResponse.ts';
import { createImportRunner } from '../../../../src/engine/procedures/importing/importJob.ts';
import { WorkerHandle } from '../../../../src/engine/workers/channel.ts';
import type { MediaHandlers } from '../../../../src/engine/workers/media.ts';
import { spawnNodeWorker } from '../../../../src/engine/workers/spawnWorker.ts';
import { makeMedia } from './mediaFactory.ts';

let folder: string;
let workspace: Workspace;
let video: Clip;
let sound: Clip;
const media = new WorkerHandle<MediaHandlers>('media', () => spawnNodeWorker('media'));
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'media-response-'));
  await makeMedia(join(folder, 'sound.wav'), { format: 'wav', audio: { codec: 'pcm_s16le' }, durationS: 2 });
  await makeMedia(join(folder, 'video.avi'), {
    format: 'avi',
    video: { codec: 'mpeg4' },
    audio: { codec: 'libmp3lame', rate: 44_100 },
    durationS: 2,
  });
  workspace = Workspace.open(join(folder, 'workspace'));
  await createImportRunner({
    workspace,
    media,
    events: { publish: () => undefined, subscribe: () => () => undefined },
  }).run({
    jobId: 1,
    params: {
      paths: [join(folder, 'sound.wav'), join(folder, 'video.avi')],
      windowS: 10,
      hopS: 10,
      folderLabels: false,
      embed: false,
    },
    state: null,
    retryItems: null,
    stopReason: () => null,
    signal: new AbortController().signal,
    saveState: () => undefined,
    progress: () => undefined,
    itemFailed: () => undefined,
  });
  [sound, video] = workspace.clips.rows(workspace.clips.ids()) as [Clip, Clip];
});
afterAll(() => {
  media.stop('closed', true);
  workspace.close();
  rmSync(folder, { recursive: true, force: true });
});
const get = (url: string, init: RequestInit = {}) =>
  mediaResponse(new Request(`http://x${url}`, init), { workspace, media });

test('the source in ranges, with its type', async () => {
  const whole = (await get(sourceUrl(sound)))!;
  expect([whole.status, whole.headers.get('content-type')]).toEqual([200, 'audio/wav']);
  expect(Buffer.from(await whole.arrayBuffer()).equals(readFileSync(join(folder, 'sound.wav')))).toBe(true);
  const part = (await get(sourceUrl(sound), { headers: { range: 'bytes=0-3' } }))!;
  expect([part.status, await part.text()]).toEqual([206, 'RIFF']);
});

test('a preview is made once, plays in browsers, and is served in ranges', async () => {
  const [first, second] = await Promise.all([
    get(previewUrl(video)),
    get(previewUrl(video), { headers: { range: 'bytes=4-7' } }),
  ]);
  expect([first!.status, first!.headers.get('content-type')]).toEqual([200, 'video/mp4']);
  expect(await second!.text()).toBe('ftyp');
  await first!.arrayBuffer();
});

test('pictures and numbers', async () => {
  const sizes = await Promise.all(
    [thumbnailUrl(video), frameUrl(video, 3), spectrogramUrl(video), thumbnailUrl(sound)].map(async (url) => {
      const response = (await get(url))!;
      const { width, height, format } = await sharp(Buffer.from(await response.arrayBuffer())).metadata();
      return [response.headers.get('content-type'), format, width, height];
    }),
  );
  expect(sizes[0]).toEqual(['image/jpeg', 'jpeg', 64, 48]);
  expect(sizes[1]).toEqual(['image/jpeg', 'jpeg', 224, 224]);
  expect(sizes[2]!.slice(0, 2)).toEqual(['image/png', 'png']);
  expect(sizes[2]![3]).toBe(128);
  expect(sizes[3]!.slice(0, 2)).toEqual(['image/jpeg', 'jpeg']);
  const { tensors } = decodeSafetensors(new Uint8Array(await (await get(inputUrl(video.id)))!.arrayBuffer()));
  expect(Object.keys(tensors).sort()).toEqual(['fbank', 'frames', 'waveform']);
});

test('what is kept by a browser is named by its content: another workspace counts its clips from one again, and files change', async () => {
  const held = async (url: string): Promise<string | null> => {
    const response = (await get(url))!;
    await response.arrayBuffer();
    return response.headers.get('cache-control');
  };
  expect(thumbnailUrl(video)).toBe(
    `/media/clips/${video.id}/thumbnail.jpg?v=${video.content}-0-${Math.round(1000 * video.endS)}`,
  );
  expect(workspace.media.get(video.mediaId)!.contentHash.startsWith(video.content)).toBe(true);
  for (const address of [thumbnailUrl, spectrogramUrl, previewUrl, (clip: Clip) => frameUrl(clip, 0)]) {
    expect(await held(address(video))).toBe('private, max-age=86400, immutable');
    expect(await held(address({ ...video, content: '00000000' }))).toBe('private, no-cache');
    expect(await held(address({ ...video, endS: 1 }))).toBe('private, no-cache');
    expect(await held(address(video).split('?')[0]!)).toBe('private, no-cache');
  }
  // A file is served as it is now, and asked for each time.
  expect([await held(sourceUrl(video)), await held(inputUrl(video.id))]).toEqual([
    'private, no-cache',
    'private, no-cache',
  ]);
});

test('what a clip does not have is not there', async () => {
  await expect(get(frameUrl(sound, 0))).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test.each([
  '/media/clips/999/source',
  '/media/clips/0/source',
  '/media/clips/1e1/source',
  '/media/clips/1/../../etc/passwd',
  '/media/clips/1/%2e%2e%2fsource',
  '/media/clips/1/source/x',
  '/media/clips/1/frames/10.jpg',
  '/media/clips/1/frames/..%2f0.jpg',
  '/media/clips/__proto__/source',
  '/media/etc/passwd',
  '/media/clips/1/',
  '/media//clips/1/source',
])('%s leads nowhere', async (url) => expect(await get(url)).toBeNull());

test('a file swapped for a link to another is not served', async () => {
  const path = join(folder, 'video.avi');
  writeFileSync(join(folder, 'secret.txt'), 'not for the page');
  renameSync(path, `${path}.kept`);
  await expect(get(sourceUrl(video))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  symlinkSync(join(folder, 'secret.txt'), path);
  await expect(get(sourceUrl(video))).rejects.toMatchObject({ code: 'CONFLICT' });
  unlinkSync(path);
  renameSync(`${path}.kept`, path);
  const back = (await get(sourceUrl(video)))!;
  expect(back.status).toBe(200);
  await back.arrayBuffer();
});
