// An open workspace: one folder that holds everything a person made and a job did. See README.md for the tables and files.
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Root } from '../../shared/contract/clip.ts';
import { EngineError } from '../../shared/engineError.ts';
import { AnnotationStore } from './annotationStore.ts';
import { ClassifierTable } from './classifierStore.ts';
import { badgeBits } from './query/badgeBits.ts';
import { foldText } from './query/clipNames.ts';
import { queryCondition, queryIds } from './query/queryCondition.ts';
import type { QueryContext } from './query/queryContext.ts';
import { ClipTable } from './clipStore.ts';
import { AuditStore } from './audits/auditStore.ts';
import { backUpDaily } from './database/backups.ts';
import { openDatabase, type Db } from './database/database.ts';
import { checkDatabase, repairDatabase, type DatabaseReport } from './database/integrity.ts';
import { ClipMetadata } from './metadata/clipMetadata.ts';
import { FoundStore } from './metadata/foundStore.ts';
import { MetadataStore } from './metadata/metadataStore.ts';
import { Notes } from './metadata/notes.ts';
import { MediaTable } from './mediaStore.ts';
import { ProjectionTable } from './projectionStore.ts';
import { RootStore } from './rootStore.ts';
import { DetectorStore } from './events/detectorStore.ts';
import { EventQuery } from './events/eventQuery.ts';
import { EventStore } from './events/eventStore.ts';
import { ErrorMaps } from './errorMapStore.ts';
import { RunTable } from './runStore.ts';
import { restoreBackup, salvageWorkspace, type Salvage } from './database/salvage.ts';
import { SchemaStore } from './schemaStore.ts';
import { Settings } from './settingStore.ts';
import { SnapshotStore } from './snapshots/snapshotStore.ts';
import { StepLog } from './stepLog.ts';
import type { Stores, WorkspaceFolder } from './stores.ts';
import { VectorTable } from './vectorStore.ts';
import { lockWorkspace, type WorkspaceLock } from './database/workspaceLock.ts';

/** What a person double-clicks in a file manager, which cannot associate folders with a program. */
export const workspaceMark = 'Open in CAV-MAE Studio.cavmae';

export interface Summary {
  media: number;
  clips: number;
  embedded: number;
  labelled: number;
  missing: number;
  durationS: number;
  roots: Root[];
}

export class Workspace implements Stores {
  readonly path: string;
  /** Where files made of clips lie: the workspace itself, for a reader a folder of its own that goes when it closes. */
  readonly cachePath: string;
  readonly readOnly: boolean;
  readonly settings: Settings;
  readonly roots: RootStore;
  readonly media: MediaTable;
  readonly clips: ClipTable;
  readonly schemas: SchemaStore;
  readonly annotations: AnnotationStore;
  readonly vectors: VectorTable;
  readonly projections: ProjectionTable;
  readonly classifiers: ClassifierTable;
  readonly runs: RunTable;
  readonly errorMaps: ErrorMaps;
  readonly events: EventStore;
  readonly eventQuery: EventQuery;
  readonly detectors: DetectorStore;
  readonly metadata: MetadataStore;
  readonly clipMetadata: ClipMetadata;
  readonly notes: Notes;
  /** What recordings say of themselves. */
  readonly found: FoundStore;
  readonly audits: AuditStore;
  readonly snapshots: SnapshotStore;
  /** For this room only: nothing outside `engine/collection` writes SQL. */
  readonly db: Db;
  private readonly lock: WorkspaceLock | null;
  private readonly steps: StepLog;
  private readonly closing = new AbortController();

  /**
   * Opens a workspace, making it if there is none. Throws CONFLICT when another process writes to it, or a newer version made it;
   * NOT_FOUND or READ_ONLY when it cannot be opened read-only.
   */
  static open(dir: string, options: { readOnly?: boolean } = {}): Workspace {
    const folder = path.resolve(dir);
    const readOnly = options.readOnly ?? false;
    let lock: WorkspaceLock | null = null;
    const copies = readOnly ? mkdtempSync(path.join(tmpdir(), 'cavmae-reader-')) : null;
    if (existsSync(folder) && !statSync(folder).isDirectory())
      throw new EngineError('BAD_INPUT', `${folder} is a file; a workspace is a folder`, { path: folder });
    try {
      if (!readOnly) {
        mkdirSync(folder, { recursive: true });
        lock = lockWorkspace(folder);
        if (!existsSync(path.join(folder, workspaceMark)))
          writeFileSync(
            path.join(folder, workspaceMark),
            'Opening this file opens the folder around it in CAV-MAE Studio.\n',
          );
      }
      return new Workspace(folder, openDatabase(folder, copies), lock, copies);
    } catch (thrown) {
      lock?.release();
      if (copies) rmSync(copies, { recursive: true, force: true });
      if (!/^SQLITE_(CANTOPEN|READONLY)/.test(String((thrown as { code?: unknown }).code)))
        throw EngineError.from(thrown);
      throw new EngineError(
        'READ_ONLY',
        `the folder ${folder} cannot be written`,
        { path: folder, hint: 'Check its permissions, or open the workspace read-only.' },
        thrown,
      );
    }
  }

  /** Rebuilds a closed workspace whose database is damaged, from every row that can still be read. */
  static salvage(dir: string): Salvage {
    return salvageWorkspace(dir);
  }

  /** Puts the newest whole backup in the place of a closed workspace's database. */
  static restoreBackup(dir: string): { backup: string; damaged: string } {
    return restoreBackup(dir);
  }

  private constructor(folder: string, db: Db, lock: WorkspaceLock | null, copies: string | null) {
    this.path = folder;
    this.cachePath = copies ?? folder;
    this.readOnly = lock === null;
    this.db = db;
    this.lock = lock;
    db.function('fold', { deterministic: true }, (text) => foldText(String(text)));
    this.steps = new StepLog(db);
    this.settings = new Settings(db);
    this.roots = new RootStore(db, folder);
    this.media = new MediaTable(db, this.roots);
    this.vectors = new VectorTable(db, this.folder('vectors'), this.settings);
    this.classifiers = new ClassifierTable(db, folder, this.settings, () => this.vectors.scoredModelId());
    this.clips = new ClipTable(db, this.roots, () => ({
      classifierId: this.classifiers.current(),
      setId: this.settings.get<number>('embeddingSet'),
      modelId: this.vectors.scoredModelId() ?? this.vectors.modelId(),
      countedClass: this.classifiers.countedClass(),
      query: (text) => queryCondition(text, this.queryContext()),
      queryIds: (text) => queryIds(text, this.queryContext()),
      metadata: (name) => this.clipMetadata.column(name).values,
    }));
    this.schemas = new SchemaStore(db, this.steps);
    this.annotations = new AnnotationStore(db, this.steps);
    this.projections = new ProjectionTable(db);
    this.runs = new RunTable(db);
    this.errorMaps = new ErrorMaps(db);
    this.events = new EventStore(db, this.steps);
    this.eventQuery = new EventQuery(db, this.roots);
    this.detectors = new DetectorStore(db, this.roots);
    this.metadata = new MetadataStore(db, this.steps, this.roots);
    this.notes = new Notes(db, this.steps);
    this.found = new FoundStore(db, this.settings, this.metadata);
    this.clipMetadata = new ClipMetadata(db, this.metadata);
    this.audits = new AuditStore(db, this.steps);
    this.snapshots = new SnapshotStore(db, this.steps, this.roots);
    if (!this.readOnly) this.vectors.truncateTorn();
  }

  private queryContext(): QueryContext {
    return {
      db: this.db,
      metadata: this.metadata,
      clipMetadata: this.clipMetadata,
      classifierId: this.classifiers.current(),
      setId: this.settings.get<number>('embeddingSet'),
      modelId: this.vectors.scoredModelId() ?? this.vectors.modelId(),
      countedClass: this.classifiers.countedClass(),
    };
  }

  folder(name: WorkspaceFolder): string {
    const folder = path.join(this.path, name);
    if (!this.readOnly) mkdirSync(folder, { recursive: true });
    return folder;
  }

  summary(): Summary {
    const one = (sql: string, ...values: unknown[]) =>
      this.db
        .prepare(sql)
        .pluck()
        .get(...values) as number;
    const setId = this.settings.get<number>('embeddingSet');
    return {
      media: one('SELECT count(*) FROM media'),
      clips: one('SELECT count(*) FROM clip'),
      embedded: one('SELECT count(*) FROM embedding_row WHERE set_id = ?', setId),
      labelled: one("SELECT count(DISTINCT clip_id) FROM annotation WHERE value = 'positive'"),
      missing: one('SELECT count(*) FROM clip WHERE badges & ?', badgeBits(['missing'])),
      durationS: one('SELECT coalesce(sum(duration_s), 0) FROM media'),
      roots: this.roots.list(),
    };
  }

  /** Points a root at the folder where its files are now. */
  relink(rootId: number, folder: string): { found: number; missing: number } {
    this.roots.move(rootId, folder);
    return this.media.checkFiles(rootId);
  }

  /** Takes media out of the collection, with the pictures and inputs made of their clips. The files themselves stay. */
  removeMedia(mediaIds: readonly number[]): void {
    this.media.remove(mediaIds);
  }

  /** Label changes made inside become one step of undo, written whole or not at all. */
  oneStep<T>(text: string, act: () => T): T {
    return this.steps.group(text, act);
  }

  /** Whatever `act` writes is written whole or not at all, also where the process is killed in the middle. */
  atomically<T>(act: () => T): T {
    return this.db.transaction(act).immediate();
  }

  /** Another text after every write to the database, through this connection or another. */
  version(): string {
    return `${this.db.prepare('SELECT total_changes()').pluck().get() as number} ${this.db.pragma('data_version', { simple: true }) as number}`;
  }

  /** What `doctor` says of the database. Writes nothing. */
  check(): DatabaseReport {
    return checkDatabase(this.db, this.vectors);
  }

  /** Puts right what can be: see `integrity.ts`. Makes a backup first. */
  repair(): DatabaseReport {
    return repairDatabase(this.db, this.vectors, this.folder('backups'));
  }

  /** Ends the connection and lets another process write. */
  close(): void {
    if (!this.db.open) return;
    this.closing.abort();
    try {
      if (!this.readOnly) this.db.pragma('optimize');
    } catch {
      // Statistics only: a damaged database or a full disk must not keep the workspace from closing.
    } finally {
      this.db.close();
      this.lock?.release();
      if (this.readOnly) rmSync(this.cachePath, { recursive: true, force: true });
    }
  }

  /** Copies the database into `backups/` once a day, beside other work. Returns the copy, null where none is due. */
  backUpDaily(): Promise<string | null> {
    return backUpDaily(this.db, path.join(this.path, 'backups'), this.closing.signal);
  }

  /** Deletes files that the engine made for something that is gone, such as a classifier's checkpoint. Only inside the workspace. */
  discard(file: string): void {
    const relative = path.relative(this.path, path.resolve(file));
    if (relative === '' || relative.startsWith('..') || path.isAbsolute(relative))
      throw new EngineError('BAD_INPUT', `${file} is not in the workspace`, { path: file });
    rmSync(path.join(this.path, relative), { recursive: true, force: true });
  }
}
