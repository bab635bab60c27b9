// What is acknowledged stays safe when a folder of the workspace is revoked or its drive pulled out, and work goes on afterwards.
import { chmodSync, renameSync } from 'node:fs';
import { expect, it } from 'vitest';
import { EngineError } from '../../src/shared/engineError.ts';
import { backUp, backupsIn } from '../../src/engine/collection/database/backups.ts';
import type { Workspace } from '../../src/engine/collection/workspace.ts';
import { openWorkspace, workspaceWithClips } from '../unit/engine/collection/openWorkspace.ts';

const nobody = 65_534;
/** Takes away this process's right to write into a folder; root, whom no mode stops, becomes nobody meanwhile. */
function revoked<T>(folder: string, work: () => T): T {
  chmodSync(folder, 0o555);
  const root = process.getuid?.() === 0;
  if (root) process.seteuid!(nobody);
  try {
    return work();
  } finally {
    if (root) process.seteuid!(0);
    chmodSync(folder, 0o755);
  }
}
const rowsFor = (clipIds: readonly number[]) => {
  const values = Float32Array.from(clipIds.flatMap((id) => [id, id + 0.5]));
  return { joint: values, audio: values, visual: values };
};
const thrownBy = (work: () => unknown): EngineError => {
  try {
    work();
  } catch (thrown) {
    return EngineError.from(thrown);
  }
  throw new Error('nothing was thrown');
};

function labelled(workspace: Workspace, clipId: number): void {
  const schema = workspace.schemas.list()[0] ?? workspace.schemas.create({ name: 'S', classes: ['dog'] });
  workspace.annotations.set({ clipIds: [clipId], classId: schema.classes[0]!.id, value: 'positive' });
}

/** Embeds clip 1, then fails on clip 2 while the folder is away; labels go on; afterwards clip 2 is embedded. */
function expectNothingLost(
  workspace: Workspace,
  without: (work: () => void) => void,
  error: RegExp,
  hint?: RegExp,
): void {
  const { setId } = workspace.vectors.set('m', 2);
  workspace.vectors.append(setId, [1], rowsFor([1]));
  without(() => {
    const failure = thrownBy(() => workspace.vectors.append(setId, [2], rowsFor([2])));
    expect(failure.message).toMatch(error);
    expect(failure.code).not.toBe('INTERNAL');
    if (hint) expect(failure.detail.hint).toMatch(hint);
    labelled(workspace, 3);
  });
  workspace.vectors.append(setId, [2], rowsFor([2]));
  expect([...workspace.vectors.rows(setId, 'joint', [1, 2])]).toEqual([1, 1.5, 2, 2.5]);
  const { path } = workspace;
  workspace.close();
  const again = openWorkspace(path);
  expect(again.check()).toMatchObject({ ok: true, problems: [] });
  expect(again.annotations.labelled(again.schemas.list()[0]!.id).map(({ clipId }) => clipId)).toEqual([3]);
  expect(again.vectors.missing(setId)).toEqual([3]);
}

it('permission to the vectors is revoked between two batches, and given back', () => {
  const workspace = workspaceWithClips(3);
  expectNothingLost(
    workspace,
    (work) => revoked(workspace.folder('vectors'), work),
    /no permission/,
    /Allow this user/,
  );
});

it('the drive with the vectors is pulled out between two batches, and plugged in again', () => {
  const workspace = workspaceWithClips(3);
  const folder = workspace.folder('vectors');
  expectNothingLost(
    workspace,
    (work) => {
      renameSync(folder, `${folder} away`);
      try {
        work();
      } finally {
        renameSync(`${folder} away`, folder);
      }
    },
    /no such file/i,
  );
});

it('a backup that may not be written says so and leaves no half of one', () => {
  const workspace = workspaceWithClips(2);
  const folder = workspace.folder('backups');
  revoked(folder, () => {
    const failure = thrownBy(() => backUp(workspace.db, folder, 'daily'));
    expect(failure.code).toBe('BAD_INPUT');
    expect(failure.detail.hint).toMatch(/try again/);
  });
  expect(backupsIn(folder)).toEqual([]);
  const made = backUp(workspace.db, folder, 'daily');
  expect(backupsIn(folder)).toEqual([made]);
});

it.each(['EIO', 'ENODEV', 'SQLITE_IOERR_READ'])(
  'a drive that does not answer (%s) says to connect it again',
  (code) => {
    const error = EngineError.from(Object.assign(new Error('read'), { code }));
    expect([error.code, error.detail.hint]).toEqual(['NOT_FOUND', expect.stringMatching(/Connect the drive/)]);
  },
);
