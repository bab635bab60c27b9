// The host and its abilities, the tensor backend, the doctor's report, the stream of events, and folders to choose from.
import { implement } from '@orpc/server';
import path from 'node:path';
import { contract } from '../../shared/contract/index.ts';
import type { BackendReport } from '../../shared/contract/system.ts';
import { browseFolder } from './importing/browseFolder.ts';
import { doctorReport } from '../host/doctor.ts';
import type { EngineContext } from './engineContext.ts';
import { eventStream } from '../host/eventStream.ts';
import { appVersion } from '../host/appVersion.ts';
import { problemReport } from '../host/problemReport.ts';

/** The largest file that may be dropped into the window of a browser; a path on disk has no such bound. */
export const maxUploadBytes = 8 * 1024 ** 3;
/** How long the window's first question waits for the backend's name. */
const patienceMs = 1200;

/** Asked of the compute worker once; it does not change while the process lives. A failed answer is asked for again. */
function backendOnce(context: EngineContext): () => Promise<BackendReport> {
  let answer: Promise<BackendReport> | null = null;
  return () =>
    (answer ??= context.compute.calls.backend({}).catch((thrown: unknown) => {
      answer = null;
      throw thrown;
    }));
}

/** The window opens whether or not the compute worker has loaded its libraries; a broken backend is the doctor's and the jobs' to report. */
function promptly(backend: Promise<BackendReport>): Promise<BackendReport | null> {
  const patience = new Promise<null>((resolve) => setTimeout(resolve, patienceMs, null).unref());
  return Promise.race([backend.catch(() => null), patience]);
}

export function createSystemProcedures(context: EngineContext) {
  const os = implement(contract.system);
  const backend = backendOnce(context);
  // By the time a window asks, the answer is there.
  if (context.host !== 'cli') backend().catch(() => {});
  return {
    capabilities: os.capabilities.handler(async () => ({
      version: appVersion,
      host: context.host,
      nativeDialogs: context.host === 'electron',
      dragOut: context.host === 'electron',
      readOnly: context.readOnly,
      backend: await promptly(backend()),
      workspace: { path: context.workspace.path, name: path.basename(context.workspace.path) },
      maxUploadBytes,
      firstRun: context.workspace.clips.isEmpty(),
    })),
    doctor: os.doctor.handler(() => doctorReport(context, backend)),
    report: os.report.handler(async () => ({ text: problemReport(context, await doctorReport(context, backend)) })),
    events: os.events.handler(({ signal }) => eventStream(context.events, signal)),
    browse: os.browse.handler(({ input }) => browseFolder(input.path)),
  };
}
