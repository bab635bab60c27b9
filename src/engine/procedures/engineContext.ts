// What every procedure file is given: the collection, the workers, the job queue and the event bus of one open workspace.
import type { DistributionStatus } from '../../shared/contract/distribution.ts';
import type { WorkspaceMemory } from './workspaceMemory.ts';
import type { EngineEvent } from '../../shared/contract/system.ts';
import type { WorkerHandle } from '../workers/channel.ts';
import type { Workspace } from '../collection/workspace.ts';
import type { TypedJobQueue } from '../collection/jobs/typedJobQueue.ts';
import type { ComputeHandlers } from '../workers/compute.ts';
import type { MediaHandlers } from '../workers/media.ts';
import type { ProjectionHandlers } from '../workers/projection.ts';

/** Passwords stay in memory: no workspace, log or job holds one. */
export interface DistributionBoard {
  /** By the queue's address without password. */
  readonly passwords: Map<string, string>;
  /** By job. */
  readonly status: Map<number, DistributionStatus>;
}

export interface EventBus {
  publish(event: EngineEvent): void;
  subscribe(listener: (event: EngineEvent) => void): () => void;
}

/** What a host offers that can exchange the open workspace for another. */
export interface WorkspaceShelf {
  /** Newest first. */
  recent(): { path: string; openedAt: string }[];
  forget(path: string): void;
  /** @returns the folder that is open now. @throws NOT_FOUND, BAD_INPUT, CONFLICT; the present workspace then stays open */
  open(path: string, create: boolean): Promise<string>;
}

export interface EngineContext {
  workspace: Workspace;
  memory: WorkspaceMemory;
  jobs: TypedJobQueue;
  events: EventBus;
  compute: WorkerHandle<ComputeHandlers>;
  media: WorkerHandle<MediaHandlers>;
  projection: WorkerHandle<ProjectionHandlers>;
  host: 'electron' | 'web' | 'cli';
  readOnly: boolean;
  /** Absent where the host works on one workspace only. */
  workspaces?: WorkspaceShelf | null;
  /** Bulk answers served under `/data/<name>`: kept in memory, the oldest dropped. */
  /** Distributed runs that this process looks after. */
  distribution: DistributionBoard;
  data: { put(name: string, bytes: Uint8Array): string };
}
