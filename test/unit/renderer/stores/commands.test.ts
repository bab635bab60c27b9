import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { keyCaps, keyName, matchScore, useCommands } from '../../../../src/renderer/src/stores/commands.ts';
import { useToasts } from '../../../../src/renderer/src/stores/toasts.ts';

const press = (key: string, held: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey', boolean>> = {}) =>
  keyName({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held });

describe('keyName', () => {
  it.each([
    [press('z', { ctrlKey: true }), 'mod+z'],
    [press('Z', { ctrlKey: true, shiftKey: true }), 'mod+shift+z'],
    [press('?', { shiftKey: true }), '?'],
    [press(' '), 'space'],
    [press('F1'), 'f1'],
    [press('ArrowLeft', { altKey: true }), 'alt+arrowleft'],
  ])('%s is %s', (name, expected) => expect(name).toBe(expected));
  it('is printed as on keys', () => expect(keyCaps('mod+shift+z')).toEqual(['Ctrl', 'Shift', 'Z']));
});

describe('matchScore', () => {
  it('needs every letter in order', () => {
    expect(matchScore('fitm', 'Fit the map')).not.toBeNull();
    expect(matchScore('pam', 'map')).toBeNull();
  });
  it('does not find a word whose letters are strewn over a title', () => {
    expect(matchScore('delete', 'Add the demo collection')).toBeNull();
    expect(matchScore('zoomsel', 'Zoom to the selection')).not.toBeNull();
  });
  it('prefers runs and word starts', () =>
    expect(matchScore('map', 'Fit the map')!).toBeGreaterThan(matchScore('map', 'make a plan')!));
});

describe('commands', () => {
  beforeEach(() => setActivePinia(createPinia()));
  it('runs by key and id, but not while disabled', async () => {
    const commands = useCommands();
    const run = vi.fn();
    let enabled = false;
    commands.register([{ id: 'a', title: 'Fit the map', group: 'Map', keys: ['f'], enabled: () => enabled, run }]);
    commands.run('a');
    expect(run).not.toHaveBeenCalled();
    expect(commands.find('')).toHaveLength(0);
    enabled = true;
    await commands.execute(commands.byKey.get('f')!);
    expect(run).toHaveBeenCalledTimes(1);
    expect(commands.find('fit').map((command) => command.id)).toEqual(['a']);
  });
  it('shows what a command could not do', async () => {
    const commands = useCommands();
    commands.register([
      {
        id: 'b',
        title: 'More like this',
        group: 'Explore',
        run: async () => {
          throw Object.assign(new Error('no embeddings yet'), { code: 'CONFLICT' });
        },
      },
    ]);
    await commands.execute(commands.list[0]!);
    expect(useToasts().toasts[0]?.message).toBe('More like this: no embeddings yet');
  });
});
