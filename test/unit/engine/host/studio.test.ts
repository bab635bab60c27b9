// Changing workspaces under one Fetch application, with workers that never answer.
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import type { ContractRouterClient } from '@orpc/contract';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Workspace } from '../../../../src/engine/collection/workspace.ts';
import { openStudio, type Studio } from '../../../../src/engine/host/studio.ts';
import type { Contract } from '../../../../src/shared/contract/index.ts';

const silent = () => ({ post: () => {}, listen: () => {}, onClose: () => {}, kill: () => {} });
let folder: string;
let studio: Studio;
let client: ContractRouterClient<Contract>;
const opened: string[] = [];
const at = (name: string): string => path.join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'studio-'));
  studio = await openStudio({
    workspaceDir: at('first'),
    host: 'web',
    spawn: silent,
    pageDir: null,
    recentFile: at('recent.json'),
    onOpen: (engine) => opened.push(engine.context.workspace.path),
  });
  client = createORPCClient(new RPCLink({ url: 'http://studio/rpc', fetch: (request) => studio.fetch(request) }));
});
afterAll(async () => {
  await studio.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a studio', () => {
  it('makes and opens another workspace, told to every window of the old one', async () => {
    await client.schemas.create({ name: 'of the first', multiLabel: false, classes: ['a'] });
    const told: unknown[] = [];
    studio.engine.context.events.subscribe((event) => told.push(event));
    expect(await client.workspaces.open({ path: at('second'), create: true })).toEqual({ path: at('second') });
    expect(told).toEqual([{ type: 'workspaceOpened', path: at('second') }]);
    expect(await client.schemas.list()).toEqual([]);
    expect(opened).toEqual([at('first'), at('second')]);
    expect(existsSync(at('second/Open in CAV-MAE Studio.cavmae'))).toBe(true);
    const { current, canSwitch, recent } = await client.workspaces.list();
    expect({ current, canSwitch, recent: recent.map(({ name, there }) => [name, there]) }).toEqual({
      current: at('second'),
      canSwitch: true,
      recent: [
        ['second', true],
        ['first', true],
      ],
    });
  });

  it('lets the old workspace go, so that another process may write to it, and finds it as it was', async () => {
    await expect
      .poll(
        () => {
          try {
            Workspace.open(at('first')).close();
            return true;
          } catch {
            return false;
          }
        },
        { timeout: 20_000 },
      )
      .toBe(true);
    await client.workspaces.open({ path: at('first'), create: false });
    expect((await client.schemas.list()).map(({ name }) => name)).toEqual(['of the first']);
  });

  it('stays where it is when the other cannot be opened', async () => {
    const held = Workspace.open(at('held'));
    for (const [where, code] of [
      [at('held'), 'CONFLICT'],
      [at('nowhere'), 'NOT_FOUND'],
      ['../up', 'BAD_INPUT'],
    ] as const) {
      await expect(client.workspaces.open({ path: where, create: false })).rejects.toMatchObject({ code });
    }
    held.close();
    expect((await client.workspaces.list()).current).toBe(at('first'));
    expect((await client.schemas.list()).map(({ name }) => name)).toEqual(['of the first']);
  });

  it('forgets a workspace without touching it', async () => {
    await client.workspaces.forget({ path: at('second') });
    expect((await client.workspaces.list()).recent.map(({ name }) => name)).toEqual(['first']);
    expect(existsSync(at('second/workspace.db'))).toBe(true);
  });
});
