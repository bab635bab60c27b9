// No key may stand for two commands: the later one would take it from the earlier without a word. Nor may a title: the
// palette would show it twice.
import { createPinia, setActivePinia } from 'pinia';
import { expect, it } from 'vitest';
import { features } from '../../../../src/renderer/src/features.ts';
import { shellCommands } from '../../../../src/renderer/src/shell/shellCommands.ts';

it('gives every key and every title to one command', () => {
  setActivePinia(createPinia());
  const commands = [
    ...features.flatMap((feature) => feature.commands?.() ?? []),
    ...shellCommands(features.flatMap((feature) => feature.panels ?? [])),
  ];
  expect(commands.length).toBeGreaterThan(50);
  const owners = Map.groupBy(
    commands.flatMap(({ id, keys }) => (keys ?? []).map((key) => ({ id, key }))),
    ({ key }) => key,
  );
  expect(
    [...owners]
      .filter(([, all]) => all.length > 1)
      .map(([key, all]) => `${key}: ${all.map(({ id }) => id).join(', ')}`),
  ).toEqual([]);
  for (const part of ['id', 'title'] as const)
    expect(
      [...Map.groupBy(commands, (command) => command[part])]
        .filter(([, all]) => all.length > 1)
        .map(([value]) => value),
      part,
    ).toEqual([]);
});
