// Makes a run of the clips that lack embeddings, or joins one of the store that covers them: the shards of a run stay the same, however
// often and wherever it is begun again.
import { existsSync } from 'node:fs';
import { cutShards, clipKey, shardSizeFor, type ShardClip } from '../../distribution/shard.ts';
import { forgetDone } from '../../distribution/doneMarker.ts';
import {
  manifestOf,
  publishRun,
  readManifest,
  readShards,
  runsIn,
  type Manifest,
} from '../../distribution/manifest.ts';
import type { ObjectStore } from '../../distribution/objectStore.ts';
import { recipeId, type Recipe } from '../../distribution/recipe.ts';
import type { EngineContext } from '../engineContext.ts';

type Workspace = EngineContext['workspace'];

export interface PlannedClips {
  /** A clip per content and window. */
  clips: ShardClip[];
  /** Clips of the workspace by content and window: copies of a file share one computation. */
  idsByKey: Map<string, number[]>;
  /** Clips whose file is not there. */
  gone: { clipId: number; path: string }[];
}

/** Clips as a run names them. @param checkFiles whether the files should be there on this machine */
export function plannedClips(workspace: Workspace, clipIds: readonly number[], checkFiles = true): PlannedClips {
  const planned: PlannedClips = { clips: [], idsByKey: new Map(), gone: [] };
  const there = new Map<number, boolean>();
  for (const { id, mediaId, absolutePath, contentHash, kind, startS, endS, badges } of workspace.clips.many(clipIds)) {
    const known = there.get(mediaId) ?? (!checkFiles || existsSync(absolutePath));
    there.set(mediaId, known);
    if (!known) {
      planned.gone.push({ clipId: id, path: absolutePath });
      continue;
    }
    const key = clipKey({ contentHash, startS, endS });
    const ids = planned.idsByKey.get(key);
    if (ids) {
      ids.push(id);
      continue;
    }
    planned.idsByKey.set(key, [id]);
    const { sizeBytes, durationS, width, height, frameRateHz, sampleRateHz, channels, ...rest } =
      workspace.media.describe(mediaId);
    const { container, videoCodec, audioCodec, audioTracks, audioTrack } = rest;
    const modifiedMs = workspace.media.get(mediaId)?.modifiedMs ?? 0;
    const media = {
      sizeBytes,
      modifiedMs,
      durationS,
      width,
      height,
      frameRateHz,
      sampleRateHz,
      channels,
      container,
      videoCodec,
      audioCodec,
      audioTracks,
      audioTrack,
    };
    const ownBadges = badges.filter((badge) => badge !== 'missing');
    planned.clips.push({ path: absolutePath, contentHash, kind, startS, endS, badges: ownBadges, media });
  }
  return planned;
}

/** A run of this recipe that is not over and holds all these clips. */
async function runToJoin(store: ObjectStore, recipe: Recipe, keys: ReadonlySet<string>): Promise<Manifest | null> {
  const setId = recipeId(recipe);
  for (const runId of await runsIn(store, ['running', 'paused'])) {
    const run = await readManifest(store, runId);
    if (run.setId !== setId) continue;
    const covered = new Set((await readShards(store, run)).flatMap(({ clips }) => clips.map(clipKey)));
    if ([...keys].every((key) => covered.has(key))) return run;
  }
  return null;
}

export interface OpenRunOptions {
  /** Clips of a shard at most. */
  shardClips?: number | undefined;
  /** What was done before is computed again. */
  again?: boolean;
  onShard?: (done: number, of: number) => void;
}

/** @returns the run, published */
export async function openRun(
  store: ObjectStore,
  recipe: Recipe,
  clips: readonly ShardClip[],
  { shardClips, again = false, onShard }: OpenRunOptions = {},
): Promise<Manifest> {
  const joined = again ? null : await runToJoin(store, recipe, new Set(clips.map(clipKey)));
  if (joined) return joined;
  const shards = cutShards(recipe, clips, shardSizeFor(clips.length, shardClips));
  const run = manifestOf(recipe, shards);
  if (again) for (const { id } of shards) await forgetDone(store, run.setId, id);
  await publishRun(store, run, shards, (done) => onShard?.(done, shards.length));
  return run;
}
