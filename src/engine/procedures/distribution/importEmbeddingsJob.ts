// Embeddings out of a store into a workspace, all or those of clips that match an expression. Clips that the workspace lacks are added as
// the part describes them, whether their files are here or not.
import type { JobParams, JobResult, JobState } from '../../../shared/contract/jobKinds.ts';
import { EngineError } from '../../../shared/engineError.ts';
import type { JobContext, JobRunner } from '../../collection/jobs/jobTypes.ts';
import { doneShards, readDonePart } from '../../distribution/doneMarker.ts';
import { readJson } from '../../distribution/manifest.ts';
import type { ObjectStore } from '../../distribution/objectStore.ts';
import { decodePartClips, failed, type PartRow } from '../../distribution/partFile.ts';
import { parsePartFilter } from '../../distribution/partFilter.ts';
import { recipe as recipeSchema, type Recipe } from '../../distribution/recipe.ts';
import { partKey } from '../../distribution/storeLayout.ts';
import { openStore } from '../../distribution/openStore.ts';
import type { EngineContext } from '../engineContext.ts';
import { importPart } from './importPart.ts';
import { localModel } from './localModel.ts';

type Params = JobParams<'importEmbeddings'>;
type State = JobState<'importEmbeddings'>;
type Result = JobResult<'importEmbeddings'>;

const patienceMs = 60_000;
const setIn = /^(.*?)\/sets\/([0-9a-f]{16})(?:\/parts)?\/?$/;

/** The address of a store, or of one set in it: `…/sets/ID` or `…/sets/ID/parts`. */
export function splitSetUrl(url: string): { store: string; setId: string | null } {
  const [place = '', query] = url.split('?');
  const match = setIn.exec(place);
  return match ? { store: match[1]! + (query ? `?${query}` : ''), setId: match[2]! } : { store: url, setId: null };
}

/** @throws EngineError NOT_FOUND, BAD_INPUT where there are several sets and none was chosen */
async function chooseSet(
  store: ObjectStore,
  url: string,
  wanted: string | null,
): Promise<{ setId: string; recipe: Recipe }> {
  const sets: { setId: string; recipe: Recipe }[] = [];
  for await (const { key } of store.list('sets/')) {
    const [, setId = '', name] = key.split('/');
    if (name !== 'recipe.json' || (wanted !== null && setId !== wanted)) continue;
    const recipe = await readJson(store, key, recipeSchema);
    if (recipe) sets.push({ setId, recipe });
  }
  if (sets.length === 0)
    throw new EngineError('NOT_FOUND', `there are no embeddings in ${url}`, {
      field: 'url',
      hint: 'Give the address that the workers were given with --store.',
    });
  if (sets.length > 1)
    throw new EngineError('BAD_INPUT', `the store holds ${sets.length} sets of embeddings`, {
      field: 'url',
      hint: `Choose one: ${sets.map(({ setId, recipe }) => `…/sets/${setId} (${recipe.model.name}, ${recipe.precision})`).join(', ')}`,
    });
  return sets[0]!;
}

/** Adds the recordings and clips that the workspace lacks. Returns how many clips are new. */
function addClips({ workspace }: Pick<EngineContext, 'workspace'>, rows: readonly PartRow[]): number {
  const known = workspace.clips.idsOfContent(rows);
  const lacking = rows.filter((_, at) => known[at]!.length === 0);
  const byFile = Map.groupBy(lacking, ({ path, contentHash }) => `${contentHash} ${path}`);
  let added = 0;
  for (const clips of byFile.values()) {
    const [{ path, contentHash, kind, media }] = clips as [PartRow];
    const here = workspace.media.known(path);
    if (here && here.contentHash !== contentHash) continue;
    const present = here ? workspace.clips.ofMedia(here.id) : [];
    const windows = clips.map(({ startS, endS, badges }) => ({ startS, endS, badges }));
    const all = [...present, ...windows].toSorted((a, b) => a.startS - b.startS || a.endS - b.endS);
    workspace.media.put({
      ...media,
      absolutePath: path,
      contentHash,
      kind,
      audioTracks: media.audioTracks ?? 0,
      clips: all,
    });
    added += clips.length;
  }
  return added;
}

class EmbeddingImport {
  private readonly context: EngineContext;
  private readonly job: JobContext<Params, State>;
  private readonly state: State;
  private setId: number | null = null;

  constructor(context: EngineContext, job: JobContext<Params, State>) {
    this.context = context;
    this.job = job;
    this.state = job.state ? structuredClone(job.state) : { done: [], added: 0, embedded: 0, skipped: 0 };
  }

  async run(): Promise<Result> {
    const { url, where } = this.job.params;
    const address = splitSetUrl(url);
    const store = await openStore(address.store, { forMs: patienceMs, signal: this.job.signal });
    try {
      const { setId, recipe } = await chooseSet(store, url, address.setId);
      const model = await localModel(this.context, store, recipe.model);
      const parts = [...(await doneShards(store, setId))].toSorted();
      const known = new Set(this.state.done);
      for (const [at, id] of parts.entries()) {
        this.job.signal.throwIfAborted();
        if (!known.has(id)) await this.take(store, { setId, recipe, model, id, where });
        this.job.progress({ done: at + 1, total: parts.length, note: null });
      }
      this.finished();
      const { added, embedded, skipped } = this.state;
      return { added, embedded, skipped, parts: parts.length, model, setId: this.setId };
    } finally {
      store.close();
    }
  }

  private async take(
    store: ObjectStore,
    {
      setId,
      recipe,
      model,
      id,
      where,
    }: { setId: string; recipe: Recipe; model: string; id: string; where: string | undefined },
  ): Promise<void> {
    const key = partKey(setId, id);
    const filter = where === undefined ? () => true : parsePartFilter(where);
    if (where !== undefined && !(await this.anyMatches(store, key, filter))) return this.skip(id, 0);
    const part = await readDonePart(store, setId, id, { repair: false });
    if (!part) {
      this.job.itemFailed({ path: key, code: 'BAD_INPUT', message: 'the part is damaged; run the extraction again' });
      return;
    }
    const rows = part.rows.filter((row) => filter(row));
    const good = rows.filter(({ outcome }) => !failed(outcome));
    const { workspace } = this.context;
    workspace.atomically(() => {
      this.state.added += addClips(this.context, good);
      const imported = importPart(workspace, model, recipe, good, key);
      this.setId = imported.setId ?? this.setId;
      this.state.embedded += imported.embedded;
      this.state.skipped += rows.length - good.length;
      this.state.done.push(id);
      this.job.saveState(this.state);
    });
  }

  private skip(id: string, clips: number): void {
    this.state.done.push(id);
    this.state.skipped += clips;
    this.job.saveState(this.state);
  }

  private async anyMatches(
    store: ObjectStore,
    key: string,
    filter: ReturnType<typeof parsePartFilter>,
  ): Promise<boolean> {
    const about = await store.head(key);
    if (!about) return false;
    const slice = async (from: number, to = about.bytes): Promise<ArrayBuffer> => {
      const bytes = await store.range(key, from < 0 ? about.bytes + from : from, to);
      return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
    };
    return (await decodePartClips({ byteLength: about.bytes, slice })).some(filter);
  }

  private finished(): void {
    const { workspace, events } = this.context;
    if (this.state.added > 0) {
      workspace.media.checkFiles();
      events.publish({ type: 'clipsChanged', added: this.state.added });
    }
    if (this.setId !== null) events.publish({ type: 'embeddingsChanged', setId: this.setId });
  }
}

export const createImportEmbeddingsRunner = (context: EngineContext): JobRunner<Params, State, Result> => ({
  lane: 'io',
  run: (job) => new EmbeddingImport(context, job).run(),
});
