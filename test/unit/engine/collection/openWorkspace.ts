// Workspaces of tests, in folders that go when the test ends.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { NewMedia } from '../../../../src/engine/collection/stores.ts';
import { Workspace } from '../../../../src/engine/collection/workspace.ts';

export function newFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'cavmae-collection-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Closed when the test ends, if the test did not. */
export function openWorkspace(folder = newFolder(), options: { readOnly?: boolean } = {}): Workspace {
  const workspace = Workspace.open(folder, options);
  onTestFinished(() => workspace.close());
  return workspace;
}

/** A medium that exists nowhere. `windows`: [start, end] pairs. */
export function media(
  absolutePath: string,
  change: Partial<NewMedia> = {},
  windows: [number, number][] = [[0, 10]],
): NewMedia {
  return {
    absolutePath,
    kind: 'video',
    sizeBytes: 100,
    modifiedMs: 1000,
    contentHash: `hash of ${absolutePath}`,
    durationS: windows.at(-1)?.[1] ?? 0,
    width: 320,
    height: 240,
    frameRateHz: 25,
    sampleRateHz: 16000,
    channels: 1,
    container: 'mp4',
    videoCodec: 'h264',
    audioCodec: 'aac',
    audioTracks: 1,
    audioTrack: 1,
    clips: windows.map(([startS, endS]) => ({ startS, endS, badges: [] })),
    ...change,
  };
}

/** A workspace with `n` one-clip media (clip ids 1..n) under one root. */
export function workspaceWithClips(n: number): Workspace {
  const workspace = openWorkspace();
  for (let i = 1; i <= n; i++) workspace.media.put(media(`/media/set/clip ${i}.mp4`));
  return workspace;
}
