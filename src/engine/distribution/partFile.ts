// A part: the embeddings of one shard as Parquet, a row per clip. The same rows always give the same bytes.
import { parquetMetadata, parquetMetadataAsync, parquetReadObjects, type AsyncBuffer } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { z } from 'zod';
import type { ErrorCode } from '../../shared/contract/errors.ts';
import { errorCode } from '../../shared/contract/errors.ts';
import { EngineError } from '../../shared/engineError.ts';
import type { Recipe } from './recipe.ts';
import { shardClip, type MediaFacts, type Shard, type ShardClip } from './shard.ts';

export const spaces = ['joint', 'audio', 'visual'] as const;
type PartSpace = (typeof spaces)[number];

/** A clip's vectors, null where it lacks the modality, or why it has none. */
export type PartOutcome = Record<PartSpace, Float32Array | null> | { code: ErrorCode; message: string };
export type PartRow = ShardClip & { outcome: PartOutcome };

export const failed = (outcome: PartOutcome): outcome is { code: ErrorCode; message: string } => 'code' in outcome;

const factNames = [
  ['size_bytes', 'sizeBytes'],
  ['modified_ms', 'modifiedMs'],
  ['duration_s', 'durationS'],
  ['width', 'width'],
  ['height', 'height'],
  ['frame_rate_hz', 'frameRateHz'],
  ['sample_rate_hz', 'sampleRateHz'],
  ['channels', 'channels'],
  ['audio_tracks', 'audioTracks'],
  ['audio_track', 'audioTrack'],
] as const;
const factTexts = [
  ['container', 'container'],
  ['video_codec', 'videoCodec'],
  ['audio_codec', 'audioCodec'],
] as const satisfies [string, keyof MediaFacts][];

const text = (name: string, repetition: 'REQUIRED' | 'OPTIONAL' = 'REQUIRED') => ({
  name,
  type: 'BYTE_ARRAY' as const,
  converted_type: 'UTF8' as const,
  repetition_type: repetition,
});
const number = (name: string, repetition: 'REQUIRED' | 'OPTIONAL' = 'REQUIRED') => ({
  name,
  type: 'DOUBLE' as const,
  repetition_type: repetition,
});
const vector = (name: string) => [
  { name, repetition_type: 'OPTIONAL' as const, converted_type: 'LIST' as const, num_children: 1 },
  { name: 'list', repetition_type: 'REPEATED' as const, num_children: 1 },
  { name: 'element', type: 'FLOAT' as const, repetition_type: 'REQUIRED' as const },
];
const schema = [
  { name: 'root', num_children: 8 + spaces.length + factNames.length + factTexts.length },
  text('content_hash'),
  text('path'),
  text('kind'),
  number('start_s'),
  number('end_s'),
  text('badges'),
  text('failure_code', 'OPTIONAL'),
  text('failure', 'OPTIONAL'),
  ...factNames.map(([name]) => number(name, 'OPTIONAL')),
  ...factTexts.map(([name]) => text(name, 'OPTIONAL')),
  ...spaces.flatMap(vector),
];

/** @param rows in the order of the shard's clips */
export function encodePart(recipe: Recipe, { id }: Pick<Shard, 'id'>, rows: readonly PartRow[]): Uint8Array {
  const column = (name: string, of: (row: PartRow) => unknown) => ({ name, data: rows.map(of) });
  const columnData = [
    column('content_hash', (row) => row.contentHash),
    column('path', (row) => row.path),
    column('kind', (row) => row.kind),
    column('start_s', (row) => row.startS),
    column('end_s', (row) => row.endS),
    column('badges', (row) => row.badges.join(' ')),
    column('failure_code', ({ outcome }) => (failed(outcome) ? outcome.code : null)),
    column('failure', ({ outcome }) => (failed(outcome) ? outcome.message : null)),
    ...factNames.map(([name, field]) => column(name, (row) => row.media[field])),
    ...factTexts.map(([name, field]) => column(name, (row) => row.media[field])),
    // Plain: a dictionary would take -0 for 0.
    ...spaces.map((space) => ({
      ...column(space, ({ outcome }) => {
        const values = failed(outcome) ? null : outcome[space];
        return values && Array.from(values);
      }),
      encoding: 'PLAIN',
    })),
  ];
  const kvMetadata = [
    { key: 'shard', value: id },
    { key: 'recipe', value: JSON.stringify(recipe) },
  ];
  return new Uint8Array(
    parquetWriteBuffer({ columnData, schema, kvMetadata, rowGroupSize: Math.max(1, rows.length) } as never),
  );
}

const storedRow = z.looseObject({
  content_hash: z.string(),
  path: z.string(),
  kind: z.string(),
  start_s: z.number(),
  end_s: z.number(),
  badges: z.string(),
  failure_code: errorCode.nullish(),
  failure: z.string().nullish(),
});

const noFacts: MediaFacts = {
  sizeBytes: 0,
  modifiedMs: 0,
  durationS: 0,
  width: null,
  height: null,
  frameRateHz: null,
  sampleRateHz: null,
  channels: null,
  container: null,
  videoCodec: null,
  audioCodec: null,
  audioTracks: null,
  audioTrack: null,
};

function readRow(raw: Record<string, unknown>): PartRow {
  const row = storedRow.parse(raw);
  const facts = [...factNames, ...factTexts].map(([name, field]) => [field, raw[name] ?? null]);
  const media = { ...noFacts, ...Object.fromEntries(facts.filter(([, value]) => value !== null)) };
  const clip = shardClip.parse({
    path: row.path,
    contentHash: row.content_hash,
    kind: row.kind,
    startS: row.start_s,
    endS: row.end_s,
    badges: row.badges.split(' ').filter(Boolean),
    media,
  });
  if (row.failure_code) return { ...clip, outcome: { code: row.failure_code, message: row.failure ?? '' } };
  const vectors = spaces.map((space) => [space, raw[space] ? Float32Array.from(raw[space] as number[]) : null]);
  return { ...clip, outcome: Object.fromEntries(vectors) as Record<PartSpace, Float32Array | null> };
}

/**
 * @param where names the part in an error
 * @throws EngineError BAD_INPUT for what is no whole part
 */
export async function decodePart(bytes: Uint8Array, where: string): Promise<{ shard: string; rows: PartRow[] }> {
  try {
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
    const metadata = parquetMetadata(file);
    const shard = metadata.key_value_metadata?.find(({ key }) => key === 'shard')?.value;
    if (!shard) throw new Error('it names no shard');
    const rows = (await parquetReadObjects({ file, metadata })).map(readRow);
    return { shard, rows };
  } catch (thrown) {
    throw new EngineError(
      'BAD_INPUT',
      `${where} is no whole part: ${(thrown as Error).message}`,
      { path: where },
      thrown,
    );
  }
}

const clipColumns = ['content_hash', 'path', 'kind', 'start_s', 'end_s', 'badges', 'failure_code', 'failure'];

/** Enough for the footer of a part. */
const footerBytes = 16 * 1024;

/** The clips of a part without their vectors: reads the columns that are needed, not the whole object. */
export async function decodePartClips(file: AsyncBuffer): Promise<Omit<ShardClip, 'media'>[]> {
  const metadata = await parquetMetadataAsync(file, { initialFetchSize: footerBytes });
  const raw = await parquetReadObjects({ file, metadata, columns: clipColumns });
  return raw.map((row) => {
    const { outcome: _, media: __, ...clip } = readRow(row);
    return clip;
  });
}

/** D of the rows' vectors; null where none has one. @throws EngineError BAD_INPUT where they differ */
export function widthOf(rows: readonly PartRow[], where: string): number | null {
  const widths = new Set(
    rows.flatMap(({ outcome }) => (failed(outcome) ? [] : spaces.flatMap((space) => outcome[space]?.length ?? []))),
  );
  if (widths.size > 1)
    throw new EngineError('BAD_INPUT', `${where} holds vectors of different widths: ${[...widths].join(', ')}`, {
      path: where,
    });
  return [...widths][0] ?? null;
}
