// Workspaces opened lately, and changing to another: the host's shelf does it, where it has one.
import { implement } from '@orpc/server';
import path from 'node:path';
import { contract } from '../../shared/contract/index.ts';
import { EngineError } from '../../shared/engineError.ts';
import { isWorkspace } from '../collection/recentWorkspaces.ts';
import type { EngineContext, WorkspaceShelf } from './engineContext.ts';

export function createWorkspacesProcedures({ workspace, workspaces }: EngineContext) {
  const os = implement(contract.workspaces);
  const shelf = (): WorkspaceShelf => {
    if (!workspaces)
      throw new EngineError('BAD_INPUT', 'this host works on one workspace', {
        hint: 'Start it again with --workspace and the other folder.',
      });
    return workspaces;
  };
  return {
    list: os.list.handler(() => ({
      current: workspace.path,
      canSwitch: Boolean(workspaces),
      recent: (workspaces?.recent() ?? []).map((one) => ({
        ...one,
        name: path.basename(one.path),
        there: isWorkspace(one.path),
      })),
    })),
    open: os.open.handler(async ({ input }) => ({ path: await shelf().open(input.path, input.create) })),
    forget: os.forget.handler(({ input }) => {
      shelf().forget(input.path);
      return {};
    }),
  };
}
