// The doctor's report: which backend and why, versions, decoder, disk, and whether the database is whole. No private
// data.
import { statfs } from 'node:fs/promises';
import os from 'node:os';
import process from 'node:process';
import type { z } from 'zod';
import type { BackendReport, doctorReport as schema } from '../../shared/contract/system.ts';
import { EngineError } from '../../shared/engineError.ts';
import { appVersion } from './appVersion.ts';
import type { EngineContext } from '../procedures/engineContext.ts';
import { packageVersion } from './packageVersion.ts';

type DoctorReport = z.infer<typeof schema>;

const libraries = ['@tensorflow/tfjs', 'onnxruntime-node', 'better-sqlite3', 'node-av', 'sharp', 'usearch', 'umap-js'];
const lowDiskBytes = 2 * 1024 ** 3;

function versions(): Record<string, string> {
  const found = libraries.flatMap((name) => {
    const version = packageVersion(name);
    return version ? [[name, version] as const] : [];
  });
  return {
    'cav-mae-studio': appVersion,
    node: process.versions.node,
    ...(process.versions.electron ? { electron: process.versions.electron } : {}),
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    ...Object.fromEntries(found),
  };
}

/** A part that cannot answer is a line of the report, never the end of it. */
async function ask<T>(what: string, question: () => Promise<T>, notices: string[]): Promise<T | null> {
  try {
    return await question();
  } catch (thrown) {
    const error = EngineError.from(thrown);
    notices.push(`${what}: ${error.message}${error.detail.hint ? ` ${error.detail.hint}` : ''}`);
    return null;
  }
}

export async function doctorReport(
  context: EngineContext,
  backend: () => Promise<BackendReport>,
): Promise<DoctorReport> {
  const notices: string[] = [];
  const report = await ask('tensor backend', backend, notices);
  const decoder = await ask('decoder', async () => (await context.media.calls.about({})).decoder, notices);
  const database = await ask('database', async () => context.workspace.check(), notices);
  const space = await ask('disk', () => statfs(context.workspace.path), notices);
  const freeBytes = space ? space.bavail * space.bsize : 0;
  if (space && freeBytes < lowDiskBytes)
    notices.push(`Only ${(freeBytes / 1024 ** 3).toFixed(1)} GiB are free where the workspace lies.`);
  if (report?.backend === 'wasm')
    notices.push(report.hint ?? 'The slow wasm backend runs; native TensorFlow could not be loaded.');
  if (database) notices.push(...database.problems);
  return {
    backend: report?.backend ?? 'none',
    native: report?.native ?? false,
    gpu: report?.gpu ?? null,
    reason: report?.reason ?? notices[0] ?? 'no tensor backend answered',
    decoder,
    versions: { ...versions(), ...(report?.tensorflow ? { tensorflow: report.tensorflow } : {}) },
    ...(report?.extraction && { extraction: report.extraction }),
    embeddings: context.workspace.vectors
      .list()
      .filter(({ count }) => count > 0)
      .map(({ id: _, dim: __, ...set }) => set),
    disk: { path: context.workspace.path, freeBytes },
    database,
    notices,
  };
}
