// What the rooms see of an open workspace: stores by noun. `workspace.ts` implements them on SQLite and flat matrices;
// nothing outside this room writes SQL.
import type { z } from 'zod';
import type { VectorRows } from '../base/vectorRows.ts';
import type { Badge, Clip, ClipFilter, ColumnName, clipSort, mediaKind } from '../../shared/contract/clip.ts';
import type { Precision } from '../../shared/contract/extraction.ts';
import type {
  Classifier,
  CurvePoint,
  EmbeddingSet,
  Metrics,
  Projection,
  Run,
  Space,
} from '../../shared/contract/model.ts';

/** A file that was decoded well enough to be kept. Paths are stored relative to a root. */
export interface NewMedia {
  absolutePath: string;
  kind: z.infer<typeof mediaKind>;
  sizeBytes: number;
  modifiedMs: number;
  contentHash: string;
  durationS: number;
  width: number | null;
  height: number | null;
  frameRateHz: number | null;
  sampleRateHz: number | null;
  channels: number | null;
  container: string | null;
  videoCodec: string | null;
  audioCodec: string | null;
  /** Sound tracks of the file, and the one that is used, counted from 1. */
  audioTracks: number;
  audioTrack: number | null;
  clips: { startS: number; endS: number; badges: Badge[] }[];
}

export interface MediaRecord {
  id: number;
  rootId: number;
  absolutePath: string;
  kind: z.infer<typeof mediaKind>;
  sizeBytes: number;
  modifiedMs: number;
  contentHash: string;
  durationS: number;
}
export interface ClipRecord {
  id: number;
  mediaId: number;
  absolutePath: string;
  kind: z.infer<typeof mediaKind>;
  startS: number;
  endS: number;
  badges: Badge[];
  contentHash: string;
}

export interface MediaStore {
  /** What is known of a path: same size and time → unchanged, no need to read it. */
  known(absolutePath: string): MediaRecord | null;
  byHash(contentHash: string): MediaRecord[];
  get(mediaId: number): MediaRecord | null;
  /** Adds or replaces a medium and its clips in one transaction; clips whose window is unchanged keep their id and annotations. */
  put(media: NewMedia): { mediaId: number; clipIds: number[]; change: 'added' | 'changed' };
  touch(mediaId: number, file: { absolutePath: string; sizeBytes: number; modifiedMs: number }): void;
}

export interface ClipStore {
  get(clipId: number): ClipRecord | null;
  many(clipIds: readonly number[]): ClipRecord[];
  addBadges(clipId: number, badges: Badge[]): void;
  rows(clipIds: readonly number[]): Clip[];
  ids(filter?: ClipFilter, sort?: z.infer<typeof clipSort>): number[];
  /** Scores computed elsewhere (correspondence, error, cluster, …) with a model, by default the current one. One transaction. */
  setScores(name: ColumnName, values: ReadonlyMap<number, number | null>, modelId?: string): void;
}

/** Float32 matrices per embedding set (model + preprocessing version) and space. */
export interface VectorStore {
  /** The set of a model, width and precision, made if new. The first set of a collection becomes the current one. */
  set(modelId: string, dim: number, precision?: Precision): { setId: number };
  /** @throws NOT_FOUND */
  get(setId: number): EmbeddingSet;
  /** Notes what computes a set. */
  describe(setId: number, how: Pick<EmbeddingSet, 'device' | 'agreement' | 'reason'>): void;
  /** The set of the current model; null where nothing is embedded with it. */
  current(): { setId: number; modelId: string; dim: number } | null;
  /** Makes a set the one in use; which model is current stays. */
  adopt(setId: number): void;
  /** Makes a set, and its model, the current one. */
  use(setId: number): void;
  /** The current model of the workspace: what was chosen, else the model of the set in use, else the shipped one. */
  modelId(): string;
  /** Makes a model the current one, with the set of it that was used last. Returns that set's id, null where there is none. */
  useModel(modelId: string, storedAs?: string): number | null;
  /** Clips of the collection that have no row in the set yet. */
  missing(setId: number): number[];
  /** Appends rows [N, dim]; a row whose first value is NaN means "this clip has no such modality". Durable when it returns. */
  append(setId: number, clipIds: readonly number[], rows: Record<Space, Float32Array>): void;
  /** Where a worker finds the matrix: `clipIds[r]` is the clip of row r; 0 = removed. Rows whose first value is NaN have no such modality. */
  matrix(setId: number, space: Space): { path: string; dim: number; clipIds: Int32Array };
  /** Where the rows of some clips lie, for a worker to read them; -1 where a clip has none. */
  places(setId: number, space: Space, clipIds: readonly number[]): VectorRows;
  /** Those of the clips that have a vector in this space. */
  present(setId: number, space: Space, clipIds: readonly number[]): number[];
  /** The rows of some clips, [clipIds.length, dim], NaN where missing. For many clips, let a worker read their `places`. */
  rows(setId: number, space: Space, clipIds: readonly number[]): Float32Array;
}

export interface ProjectionStore {
  create(projection: Omit<Projection, 'id' | 'points' | 'settled' | 'createdAt'>): number;
  /** `xy` is [clipIds.length, 2]. */
  save(projectionId: number, clipIds: Int32Array, xy: Float32Array, settled: boolean): void;
  points(projectionId: number): { clipIds: Int32Array; xy: Float32Array } | null;
  get(projectionId: number): Projection | null;
  list(): Projection[];
  remove(projectionId: number): void;
}

export interface LabelledClip {
  clipId: number;
  mediaId: number;
  startS: number;
  endS: number;
  classId: number;
  value: 'positive' | 'negative' | 'uncertain';
}

export interface AnnotationReader {
  /** The present annotations of a schema. */
  labelled(schemaId: number): LabelledClip[];
  /** Classes that at least `least` clips of an embedding set are said to be, and nothing else. */
  learnable(schemaId: number, setId: number, least: number): number;
  classes(schemaId: number): { classId: number; name: string }[];
  multiLabel(schemaId: number): boolean;
}

export interface ClassifierStore {
  create(classifier: Omit<Classifier, 'id' | 'createdAt' | 'stale' | 'current'>, checkpointFile: string): number;
  get(classifierId: number): (Classifier & { checkpointFile: string }) | null;
  list(): Classifier[];
  update(classifierId: number, change: { name?: string; metrics?: Metrics }): void;
  use(classifierId: number | null): void;
  current(): number | null;
  remove(classifierId: number): void;
  /** Replaces the predictions of these clips: probabilities [clipIds.length, classes]. */
  savePredictions(classifierId: number, clipIds: readonly number[], probabilities: Float32Array): void;
  predictions(classifierId: number, clipIds?: readonly number[]): { clipIds: Int32Array; probabilities: Float32Array };
}

export interface RunStore {
  create(run: Pick<Run, 'kind' | 'title' | 'preset' | 'options' | 'modelId'>): number;
  update(runId: number, change: Partial<Pick<Run, 'status' | 'jobId' | 'classifierId' | 'modelId'>>): void;
  append(runId: number, points: readonly CurvePoint[]): void;
  get(runId: number): Run | null;
  list(): Run[];
}

/** Reconstruction error per patch, mean over `masks` masks; NaN for a patch that none hid, null where the clip has no such modality. */
export interface ErrorMap {
  modelId: string;
  masks: number;
  audio: Float32Array | null;
  visual: Float32Array | null;
}
export interface ErrorMapStore {
  save(maps: ReadonlyMap<number, ErrorMap>): void;
  get(clipId: number, modelId: string): ErrorMap | null;
}

/** Small values that must survive: settings, the default schema, the first-run state. */
export interface SettingStore {
  get<T>(key: string): T | null;
  set(key: string, value: unknown): void;
}

export type WorkspaceFolder =
  | 'vectors'
  | 'thumbnails'
  | 'inputs'
  | 'models'
  | 'classifiers'
  | 'runs'
  | 'uploads'
  | 'previews'
  | 'logs'
  | 'backups'
  | 'exports';

export interface Stores {
  readonly path: string;
  readonly media: MediaStore;
  readonly clips: ClipStore;
  readonly vectors: VectorStore;
  readonly projections: ProjectionStore;
  readonly annotations: AnnotationReader;
  readonly classifiers: ClassifierStore;
  readonly runs: RunStore;
  readonly errorMaps: ErrorMapStore;
  readonly settings: SettingStore;
  /** Absolute path of a folder of the workspace, made if missing. */
  folder(name: WorkspaceFolder): string;
}
