// Shards: pieces of work of some hundreds of clips. A shard is named by what its clips hold and how they are embedded, so that the same
// work has the same name on every machine and after every restart.
import { z } from 'zod';
import { badge, mediaKind } from '../../shared/contract/clip.ts';
import { clipVersion } from '../../shared/wire/urls.ts';
import { digest, recipeId, type Recipe } from './recipe.ts';

/** What a workspace keeps of a recording; travels with the embeddings, so that another workspace can list the clip without the file. */
export const mediaFacts = z.object({
  sizeBytes: z.number(),
  modifiedMs: z.number(),
  durationS: z.number(),
  width: z.number().nullable(),
  height: z.number().nullable(),
  frameRateHz: z.number().nullable(),
  sampleRateHz: z.number().nullable(),
  channels: z.number().nullable(),
  container: z.string().nullable(),
  videoCodec: z.string().nullable(),
  audioCodec: z.string().nullable(),
  audioTracks: z.number().nullable(),
  audioTrack: z.number().nullable(),
});
export type MediaFacts = z.infer<typeof mediaFacts>;

export const shardClip = z.object({
  /** As the machine that made the run sees the file; workers may map it elsewhere. */
  path: z.string(),
  /** SHA-256 of the file. */
  contentHash: z.string(),
  kind: mediaKind,
  startS: z.number(),
  endS: z.number(),
  badges: z.array(badge),
  media: mediaFacts,
});
export type ShardClip = z.infer<typeof shardClip>;

export const shard = z.object({ id: z.string(), clips: z.array(shardClip).min(1) });
export type Shard = z.infer<typeof shard>;

type Content = Pick<ShardClip, 'contentHash' | 'startS' | 'endS'>;

/** Content and window: the same for copies of a file. */
export const clipKey = ({ contentHash, startS, endS }: Content): string =>
  clipVersion({ content: contentHash, startS, endS });

/** 32 hex digits. */
export const shardId = (recipe: Recipe, clips: readonly Content[]): string =>
  digest([recipeId(recipe), ...clips.map(clipKey)].join('\n')).slice(0, 32);

export const shardOf = (recipe: Recipe, clips: ShardClip[]): Shard => ({ id: shardId(recipe, clips), clips });

export const defaultShardClips = 256;
const fewestShards = 16;
const fewestClips = 8;

/** Fewer than `most` for a small collection, so that several workers have something to do. */
export const shardSizeFor = (clips: number, most = defaultShardClips): number =>
  Math.max(1, Math.min(most, Math.max(fewestClips, Math.ceil(clips / fewestShards))));

/** Clips of one recording stay together; copies of a clip count once. */
export function cutShards(recipe: Recipe, clips: readonly ShardClip[], size: number): Shard[] {
  const unique = [...new Map(clips.map((clip) => [clipKey(clip), clip])).values()].toSorted(
    (a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0) || a.startS - b.startS || a.endS - b.endS,
  );
  return Array.from({ length: Math.ceil(unique.length / size) }, (_, i) =>
    shardOf(recipe, unique.slice(i * size, (i + 1) * size)),
  );
}

/** Pieces of a shard that ended its workers: about the square root of its clips each, then single clips. */
export function splitShard(recipe: Recipe, { clips }: Shard): Shard[] {
  const size = clips.length <= fewestClips ? 1 : Math.ceil(Math.sqrt(clips.length));
  return Array.from({ length: Math.ceil(clips.length / size) }, (_, i) =>
    shardOf(recipe, clips.slice(i * size, (i + 1) * size)),
  );
}
