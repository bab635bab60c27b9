// Absolute paths of clips: what a person can open, whatever root they are stored under.
import type { Session } from './session.ts';

/** @returns the absolute path of each clip's file; clips that are gone are missing. */
export function clipPaths({ engine }: Pick<Session, 'engine'>, clipIds: readonly number[]): Map<number, string> {
  return new Map(engine.context.workspace.clips.many(clipIds).map((clip) => [clip.id, clip.absolutePath]));
}
