// What a newcomer finds: the demo collection, prepared once, in an empty workspace, by the same job as "Open the demo"
// in the window.
import { createRouterClient } from '@orpc/server';
import type { Engine } from '../../host/engine.ts';

const offered = 'demoOffered';

/** Starts the demo job where nothing was ever imported. A person who emptied the workspace is not given it again. */
export async function prepareFirstRun(engine: Engine): Promise<boolean> {
  const { workspace, readOnly } = engine.context;
  if (readOnly || workspace.settings.get<boolean>(offered) || !workspace.clips.isEmpty()) return false;
  workspace.settings.set(offered, true);
  await createRouterClient(engine.router, { context: {}, interceptors: engine.interceptors }).collection.demo({});
  return true;
}
