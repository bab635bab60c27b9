import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';

const asked: string[] = [];
/** What the engine answers; a function may throw. Each answer takes a moment, as the engine's do. */
const answers: Record<string, () => unknown> = {};
const procedure = (name: string) => async (): Promise<unknown> => {
  asked.push(name);
  await new Promise((resolve) => setTimeout(resolve, 5));
  return answers[name]!();
};
const nouns = [
  'annotations',
  'classifiers',
  'clips',
  'collection',
  'jobs',
  'models',
  'projections',
  'schemas',
  'system',
];
vi.mock('../../../../src/renderer/src/engine/client.ts', () => ({
  client: Object.fromEntries(
    nouns.map((noun) => [noun, new Proxy({}, { get: (_, verb: string) => procedure(`${noun}/${verb}`) })]),
  ),
}));
const { loadEverything } = await import('../../../../src/renderer/src/shell/loadEverything.ts');
const { useClips } = await import('../../../../src/renderer/src/stores/clips.ts');
const { useCollection } = await import('../../../../src/renderer/src/stores/collection.ts');
const { useFilter } = await import('../../../../src/renderer/src/stores/filter.ts');
const { useToasts } = await import('../../../../src/renderer/src/stores/toasts.ts');

beforeEach(() => {
  setActivePinia(createPinia());
  asked.length = 0;
  Object.assign(answers, {
    'annotations/undoState': () => ({}),
    'classifiers/list': () => [],
    'clips/byIds': () => ({ rows: [{ id: 2 }, { id: 1 }] }),
    'clips/columns': () => ({ clipIds: [], columns: {} }),
    'clips/facets': () => ({ total: 2 }),
    'clips/ids': () => ({ clipIds: [2, 1] }),
    'collection/summary': () => ({ clips: 2 }),
    'jobs/list': () => [],
    'models/list': () => [],
    'projections/list': () => [],
    'schemas/list': () => [],
    'system/capabilities': () => ({ readOnly: false }),
  });
});

describe('what the window asks at the start', () => {
  it('is the list of clips, then the clips themselves, and their counts and colours only after those', async () => {
    await loadEverything();
    expect(asked[0]).toBe('clips/ids');
    const place = (name: string): number => asked.indexOf(name);
    for (const later of ['clips/columns', 'clips/facets', 'projections/list', 'jobs/list'])
      expect(place(later), later).toBeGreaterThan(place('clips/byIds'));
    expect(place('clips/byIds')).toBeGreaterThan(place('schemas/list'));
    expect(useFilter().facets).toEqual({ total: 2 });
    expect(useClips().get(1)).toEqual({ id: 1 });
    expect(useToasts().toasts).toEqual([]);
  });

  it('says once that the engine is out of reach', async () => {
    for (const name of Object.keys(answers))
      answers[name] = () => {
        throw new Error('refused');
      };
    await loadEverything();
    expect(useCollection().failure).not.toBeNull();
    expect(useToasts().toasts).toEqual([]);
  });

  it('tells what else failed, and shows the rest', async () => {
    answers['jobs/list'] = () => {
      throw new Error('no jobs');
    };
    await loadEverything();
    expect(useFilter().ids).toEqual([2, 1]);
    expect(useToasts().toasts.map(({ message, hint }) => `${message} ${hint}`)).toEqual([
      expect.stringContaining('no jobs'),
    ]);
  });
});
