import { expect, test } from 'vitest';
import { freeColour } from '../../../../src/engine/collection/palette.ts';
import { Workspace } from '../../../../src/engine/collection/workspace.ts';
import { openWorkspace } from './openWorkspace.ts';

test('there is a colour for any number of classes, and the first thousand differ', () => {
  const taken = new Set<string>();
  const colours: string[] = [];
  const began = performance.now();
  for (let n = 0; n < 20_000; n++) {
    colours.push(freeColour(taken));
    taken.add(colours.at(-1)!);
  }
  expect(performance.now() - began).toBeLessThan(5000);
  expect(new Set(colours.slice(0, 1000)).size).toBe(1000);
  for (const colour of colours) expect(colour).toMatch(/^#[0-9a-f]{6}$/);
});

test('2,500 classes are made in seconds', () => {
  const workspace: Workspace = openWorkspace();
  const schema = workspace.schemas.create({ name: 'Many' });
  const began = performance.now();
  workspace.schemas.addClasses(
    schema.id,
    Array.from({ length: 2500 }, (_, n) => ({ name: `class ${n}` })),
  );
  expect(performance.now() - began).toBeLessThan(10_000);
  expect(workspace.schemas.get(schema.id).classes).toHaveLength(2500);
});
