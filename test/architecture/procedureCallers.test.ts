// Every procedure of the contract is asked for by the window or the command line: what no one can reach is not a capability.
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { access } from '../../src/shared/contract/access.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Without a caller in the window and on the command line; each says why. */
const otherwise: Record<string, string> = {
  'events.history':
    'one event’s history, for programs over HTTP: the window shows the journal of labels and events together',
  'events.renameDetector': 'its panel is being made',
  'events.removeDetector': 'its panel is being made',
};

const sources = globSync('src/{renderer,main}/**/*.{ts,vue}', { cwd: root }).map((file) =>
  readFileSync(path.join(root, file), 'utf8'),
);

/** `noun.verb` of every call of a client in a source; `client.jobs[action]` counts for the actions that are named beside it. */
function callsIn(source: string): string[] {
  const direct = [...source.matchAll(/\bclient\s*\.\s*(\w+)\s*\.\s*(\w+)\b/g)].map(
    ([, noun, verb]) => `${noun}.${verb}`,
  );
  const chosen = [...source.matchAll(/\bclient\s*\.\s*(\w+)\s*\[(\w+)\]/g)].flatMap(([, noun, name]) =>
    [...source.matchAll(new RegExp(`\\b${name}: ((?:'\\w+'(?: \\| )?)+)`, 'g'))].flatMap(([, union]) =>
      [...union!.matchAll(/'(\w+)'/g)].map(([, verb]) => `${noun}.${verb}`),
    ),
  );
  return [...direct, ...chosen];
}

it('reads calls as they are written', () => {
  const source = `
    await opened.client.models.use({});
    const found = client
      .search.similar({});
    act(job: Job, action: 'pause' | 'resume') { client.jobs[action]({ jobId }) }
    client.clips; notclient.views.list({});`;
  expect(callsIn(source)).toEqual(['models.use', 'search.similar', 'jobs.pause', 'jobs.resume']);
});

it('finds a caller of every procedure', () => {
  const called = new Set(sources.flatMap(callsIn));
  const procedures = Object.entries(access).flatMap(([noun, verbs]) =>
    Object.keys(verbs).map((verb) => `${noun}.${verb}`),
  );
  expect(procedures.length).toBeGreaterThan(100);
  expect(procedures.filter((name) => !called.has(name) && !(name in otherwise))).toEqual([]);
  expect(Object.keys(otherwise).filter((name) => !procedures.includes(name))).toEqual([]);
});
