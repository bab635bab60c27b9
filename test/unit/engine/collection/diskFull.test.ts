// A full disk: the call fails and says so, and what was there before is there after.
import { describe, expect, it } from 'vitest';
import { EngineError } from '../../../../src/shared/engineError.ts';
import { media, openWorkspace } from './openWorkspace.ts';

describe('a full disk', () => {
  it('fails a write whole, at whatever point it comes, and loses nothing', () => {
    const workspace = openWorkspace();
    const schema = workspace.schemas.create({ name: 'S', classes: ['dog', 'cat'] });
    for (let i = 0; i < 400; i++) workspace.media.put(media(`/m/${i}.mp4`));
    const clipIds = workspace.clips.ids();
    const pages = workspace.db.pragma('page_count', { simple: true }) as number;
    let failed = 0;
    for (let room = 0; room < 12; room++) {
      const before = JSON.stringify([
        workspace.annotations.full(schema.id),
        workspace.annotations.undoState(),
        workspace.clips.ids(),
      ]);
      workspace.db.pragma(`max_page_count = ${pages + room}`);
      try {
        const classId = schema.classes[room % 2]?.id as number;
        if (room % 3 === 2)
          workspace.media.put(
            media(
              `/m/long ${room}.mp4`,
              {},
              Array.from({ length: 200 }, (_, k) => [k, k + 1]),
            ),
          );
        else workspace.annotations.set({ clipIds, classId, value: 'positive' });
      } catch (thrown) {
        failed += 1;
        expect(EngineError.from(thrown)).toMatchObject({
          code: 'DISK_FULL',
          detail: { hint: expect.stringContaining('Free some space') as string },
        });
        expect(
          JSON.stringify([
            workspace.annotations.full(schema.id),
            workspace.annotations.undoState(),
            workspace.clips.ids(),
          ]),
        ).toBe(before);
      }
    }
    expect(failed).toBeGreaterThan(3);
    workspace.db.pragma('max_page_count = 1000000');
    workspace.annotations.set({ clipIds, classId: schema.classes[0]?.id as number, value: 'positive' });
    expect(workspace.schemas.get(schema.id).classes[0]?.count).toBe(clipIds.length);
    expect(workspace.check().ok).toBe(true);
  });
});
