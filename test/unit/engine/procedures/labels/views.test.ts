// Saved views through their procedures, and over a reopening of the workspace.
import { createRouterClient } from '@orpc/server';
import { describe, expect, it } from 'vitest';
import { createViewsProcedures } from '../../../../../src/engine/procedures/labels/views.ts';
import { workspaceWithClips } from '../../collection/openWorkspace.ts';
import { collectionContext } from '../collectionContext.ts';

function engine() {
  const workspace = workspaceWithClips(4);
  const { context } = collectionContext(workspace);
  return { workspace, client: createRouterClient({ views: createViewsProcedures(context) }, { context: {} }) };
}
const view = {
  name: 'Quiet birds',
  filter: { text: 'bird', badges: ['silent' as const] },
  sort: { by: 'error' as const, descending: true },
  colourBy: 'error' as const,
  clipIds: null,
};

describe('saved views', () => {
  it('come back as they were saved; the same name replaces', async () => {
    const { client } = engine();
    expect(await client.views.list()).toEqual([]);
    const saved = await client.views.save(view);
    expect(await client.views.list()).toEqual([{ ...view, id: saved.id }]);
    await client.views.save({ ...view, name: 'quiet BIRDS ', colourBy: 'label' });
    const other = await client.views.save({ ...view, name: 'Chosen', clipIds: [3, 1] });
    expect((await client.views.list()).map(({ id, name, colourBy }) => [id, name, colourBy])).toEqual([
      [saved.id, 'quiet BIRDS', 'label'],
      [other.id, 'Chosen', 'error'],
    ]);
    await client.views.remove({ viewId: saved.id });
    expect((await client.views.list()).map(({ name }) => name)).toEqual(['Chosen']);
    await expect(client.views.remove({ viewId: saved.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('name only clips that are still there', async () => {
    const { client } = engine();
    await client.views.save({ ...view, clipIds: [4, 99, 2] });
    expect((await client.views.list())[0]!.clipIds).toEqual([4, 2]);
  });

  it('are renamed, but not to the name of another', async () => {
    const { client } = engine();
    const saved = await client.views.save(view);
    await client.views.save({ ...view, name: 'Other' });
    expect(await client.views.rename({ viewId: saved.id, name: ' Loud birds ' })).toEqual({
      ...view,
      id: saved.id,
      name: 'Loud birds',
    });
    await expect(client.views.rename({ viewId: saved.id, name: 'OTHER' })).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(client.views.rename({ viewId: 99, name: 'x' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await client.views.list()).map(({ name }) => name)).toEqual(['Loud birds', 'Other']);
  });

  it('need a name', async () => {
    await expect(engine().client.views.save({ ...view, name: '  ' })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });
});
