// SIGKILL of the whole engine at random moments of importing, embedding, labelling, training and exporting: nothing
// acknowledged is lost, nothing is torn, and what is begun ends with the result of an undisturbed run. Short form: a
// few kills, training of the head. Long form, with the training beyond it: CAVMAE_ENGINE_KILLS=100 npx vitest run
// --project reliability killedEngine
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Workspace } from '../../src/engine/collection/workspace.ts';
import { Random } from '../../src/engine/training/random.ts';
import { engineResult, expectSameResult, makeEngineMedia, runEngine } from './engineRun.ts';

const wanted = Number(process.env.CAVMAE_ENGINE_KILLS ?? 4);
const long = wanted > 10;
const perClass = long ? 5 : 4;
const random = new Random(Number(process.env.CAVMAE_ENGINE_SEED ?? 20261126));
const folder = mkdtempSync(path.join(tmpdir(), 'cavmae-engine-kills-'));
const media = path.join(folder, 'media');

beforeAll(() => makeEngineMedia(media, perClass), 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (place: string, killIn: (phase: string) => number | null) =>
  runEngine(place, media, { deeper: long, killIn });

it(
  `${wanted} kills of the engine change nothing but the time`,
  async () => {
    const undisturbed = path.join(folder, 'undisturbed');
    const lasted = new Map<string, number>();
    const began = new Map<string, number>();
    await run(undisturbed, (phase) => {
      const now = performance.now();
      for (const [name, at] of began) if (!lasted.has(name)) lasted.set(name, now - at);
      began.set(phase, now);
      return null;
    });
    const phases = [...began.keys()];
    const expected = engineResult(undisturbed);
    expect(expected.exact.clips).toHaveLength(3 * perClass + 1);
    expect(expected.exact.labels).toHaveLength(3 * perClass + 1);

    const kills = new Map<string, number>();
    let [total, workspaces, acknowledged, place] = [0, 0, 0, ''];
    let labelled = new Set<string>();
    let ended = new Set<string>();
    for (;;) {
      if (place === '') {
        if (total >= wanted) break;
        place = path.join(folder, `killed-${workspaces++}`);
        labelled = new Set();
        ended = new Set();
      }
      // It dies in one of the phases that are still to come, at any moment; where the phase is over before, the next
      // one that has not been reached yet.
      const open = phases.filter((phase) => !ended.has(phase));
      let victim = total < wanted ? open[Math.floor(random.uniform() * open.length)] : undefined;
      const { said, killedIn } = await run(place, (phase) => {
        if (victim === undefined || phases.indexOf(phase) < phases.indexOf(victim)) return null;
        victim = phase;
        return random.uniform() * (lasted.get(phase) ?? 300);
      });
      for (const line of said) {
        if (line.labelled) labelled.add(line.labelled);
        if (line.ended) ended.add(line.ended);
      }
      if (killedIn !== null) {
        total++;
        kills.set(killedIn, (kills.get(killedIn) ?? 0) + 1);
        const workspace = Workspace.open(path.join(place, 'workspace'));
        expect(workspace.check()).toMatchObject({ ok: true, problems: [] });
        const present = new Set(workspace.clips.rows(workspace.clips.ids({ labelled: true })).map(({ name }) => name));
        expect([...labelled].filter((name) => !present.has(name))).toEqual([]);
        workspace.close();
        if (process.env.CAVMAE_RELIABILITY_LOG)
          appendFileSync(process.env.CAVMAE_RELIABILITY_LOG, `${total} kills, in ${killedIn}\n`);
        continue;
      }
      acknowledged += labelled.size;
      expectSameResult(engineResult(place), expected);
      rmSync(place, { recursive: true, force: true });
      place = '';
    }
    console.log(
      `${total} kills (${[...kills].map(([phase, count]) => `${phase} ${count}`).join(', ')}) over ${workspaces} workspaces, each ended as the undisturbed one; ${acknowledged} labels acknowledged, none lost`,
    );
  },
  Math.max(900_000, wanted * 120_000),
);
