// Media (a file) and clips (a window of a file): what a collection is made of.
import { z } from 'zod';

export const id = z.number().int().positive();

/** Honest marks of what an input really is. `padded`: shorter than the window; `cut`: a window of a longer file. */
export const badge = z.enum([
  'no-sound',
  'no-picture',
  'silent',
  'padded',
  'cut',
  'frozen',
  'salvaged',
  'still',
  'missing',
  'changed',
  'duplicate',
]);
export type Badge = z.infer<typeof badge>;

export const mediaKind = z.enum(['video', 'audio', 'image']);

export const root = z.object({
  id,
  name: z.string(),
  path: z.string(),
  available: z.boolean(),
  /** New and changed files are imported by themselves. */ watched: z.boolean(),
  mediaCount: z.number().int(),
});
export type Root = z.infer<typeof root>;

export const media = z.object({
  id,
  rootId: id,
  path: z.string(),
  absolutePath: z.string(),
  kind: mediaKind,
  sizeBytes: z.number(),
  durationS: z.number(),
  width: z.number().int().nullable(),
  height: z.number().int().nullable(),
  frameRateHz: z.number().nullable(),
  sampleRateHz: z.number().nullable(),
  channels: z.number().int().nullable(),
  container: z.string().nullable(),
  videoCodec: z.string().nullable(),
  audioCodec: z.string().nullable(),
  /** Sound tracks of the file, and the one that is used, counted from 1; null where the file was imported before they were counted, or has none. */
  audioTracks: z.number().int().nullable(),
  audioTrack: z.number().int().nullable(),
  contentHash: z.string(),
});
export type Media = z.infer<typeof media>;

/** A window [startS, endS) of a medium, with its current label per schema and its top prediction. */
/** `content`: the beginning of the hash of the file's bytes, which the addresses of its pictures carry. */
export const clip = z.object({
  id,
  mediaId: id,
  name: z.string(),
  path: z.string(),
  content: z.string(),
  kind: mediaKind,
  startS: z.number(),
  endS: z.number(),
  badges: z.array(badge),
  embedded: z.boolean(),
  labels: z.array(
    z.object({
      classId: id,
      value: z.enum(['positive', 'negative', 'uncertain']),
      presence: z.enum(['audible', 'visible', 'both']).nullable(),
    }),
  ),
  /** `abstained`: the probability lies below the threshold of its class. */
  prediction: z
    .object({ classifierId: id, classId: id, probability: z.number(), abstained: z.boolean().optional() })
    .nullable(),
});
export type Clip = z.infer<typeof clip>;

/** Scores that clips can be narrowed down by. */
export const scoreName = z.enum([
  'correspondence',
  'correspondencePercentile',
  'avDistance',
  'error',
  'commonNeighbours',
]);
export type ScoreName = z.infer<typeof scoreName>;

/** All criteria must hold. An absent field does not filter. */
/** Bounds of a filter's lists. */
const mostIds = 1_000_000;
const mostValues = 10_000;

export const clipFilter = z
  .object({
    text: z.string().max(500),
    /** In the query language (`shared/query`), as it was typed. */
    query: z.string().max(20_000),
    /** Of a selection, which may hold the whole collection. */
    clipIds: z.array(id).max(mostIds),
    mediaIds: z.array(id).max(mostIds),
    rootIds: z.array(id).max(mostValues),
    kinds: z.array(mediaKind).max(mostValues),
    badges: z.array(badge).max(mostValues),
    schemaId: id,
    classIds: z.array(id).max(mostValues),
    labelled: z.boolean(),
    uncertain: z.boolean(),
    classifierId: id,
    /** 0: those on which the classifier abstains. */ predictedClassIds: z
      .array(z.number().int().min(0))
      .max(mostValues),
    /** Labelled clips of which the classifier says another class than people do; `sure`: with a probability of at least .8. */
    mistaken: z.enum(['disagrees', 'sure']),
    confidence: z.tuple([z.number(), z.number()]),
    durationS: z.tuple([z.number(), z.number()]),
    clusters: z.array(z.number().int()).max(mostValues),
    embedded: z.boolean(),
    /** Lowest and highest value of each, both included; clips without the score do not match. */
    scores: z.partialRecord(scoreName, z.tuple([z.number(), z.number()])),
  })
  .partial();
export type ClipFilter = z.infer<typeof clipFilter>;

export const clipSort = z.object({
  by: z.enum([
    'id',
    'name',
    'duration',
    'confidence',
    'uncertainty',
    'correspondence',
    'correspondencePercentile',
    'avDistance',
    'error',
    'commonNeighbours',
    'cluster',
  ]),
  descending: z.boolean().default(false),
});

/**
 * Values per clip for colouring and sorting, parallel to `clipIds`. `label`: first positive class id of the schema; `prediction`:
 * class id, 0 where it abstains; `media`, `root`: ids; `cluster`: number, -1 noise; the rest are scores. `null`: not known for that clip.
 */
const computedColumn = z.enum([
  'label',
  'prediction',
  'confidence',
  'uncertainty',
  'media',
  'root',
  'kind',
  'badge',
  'cluster',
  'correspondence',
  'correspondencePercentile',
  'error',
  'avDistance',
  'commonNeighbours',
  'duration',
]);
/** `metadata:site`: a column of metadata, or what follows from the time: time (seconds since 1970), hour, day, month, weekday. */
export const columnName = z.union([computedColumn, z.templateLiteral(['metadata:', z.string().min(1).max(100)])]);
export type ColumnName = z.infer<typeof columnName>;

export const facetCount = z.object({ value: z.union([z.number(), z.string()]), count: z.number().int() });
