// What the engine remembers of an open workspace between calls. Nothing of it is stored, and it goes when the workspace is closed.
import type { EngineEvent } from '../../shared/contract/system.ts';
import type { Space } from '../../shared/contract/model.ts';
import type { MatrixFile } from '../exploration/neighbours/presentRows.ts';
import type { MapPlaces } from '../workers/projection.ts';
import { VisibleClips } from './inputs/visibleClips.ts';

/** `version`: size and time of change of the file that the value was made from. */
interface FromFile<T> {
  version: string | null;
  value: T;
}

export class WorkspaceMemory {
  readonly visibleClips = new VisibleClips();
  /** Positions of maps that are being drawn, by projection id. They are stored once they settle. */
  readonly livePositions = new Map<number, MapPlaces>();
  /** Where the vectors of a set and space lie, by `<set>.<space>`. Dropped when vectors or clips change. */
  readonly matrixFiles = new Map<string, MatrixFile>();
  /** Vectors of files outside the collection, the last used last. */
  readonly fileVectors = new Map<string, FromFile<Record<Space, Float32Array>>>();
  /** Paths of the model inputs of files outside the collection. */
  readonly fileInputs = new Map<string, FromFile<string>>();
  /** Model inputs under way, by path: one preparation each, whoever asked for it. */
  readonly preparing = new Map<string, Promise<void>>();
  /** ONNX graphs under way, by path. */
  readonly writingGraphs = new Map<string, Promise<unknown>>();
  /** The job that draws the first map while its clips are still being embedded. */
  growingMapJob: number | null = null;

  constructor(events: { subscribe(listener: (event: EngineEvent) => void): unknown }) {
    events.subscribe(({ type }) => {
      if (type === 'embeddingsChanged' || type === 'clipsChanged') this.matrixFiles.clear();
    });
  }
}
