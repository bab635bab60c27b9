// TEST CODE. The procedures that the page's shell uses, over a made-up collection. Others answer NOT_FOUND.
import { implement } from '@orpc/server';
import { contract } from '../../src/shared/contract/index.ts';
import type { Job } from '../../src/shared/contract/job.ts';
import type { Projection } from '../../src/shared/contract/model.ts';
import type { SavedView } from '../../src/shared/contract/view.ts';
import type { EngineEvent } from '../../src/shared/contract/system.ts';
import type { Clip, ClipFilter } from '../../src/shared/contract/clip.ts';
import type { FakeCollection } from './fakeCollection.ts';

const os = implement(contract);
const backend = {
  backend: 'native' as const,
  native: true,
  gpu: null,
  reason: 'TensorFlow runs natively',
  hint: null,
  threads: 2,
  tensorflow: '2.16.2',
};

export function fakeRouter(data: FakeCollection) {
  const listeners = new Set<(event: EngineEvent) => void>();
  const publish = (event: EngineEvent): void => {
    for (const listener of listeners) listener(event);
  };
  const jobs = new Map<number, Job>();
  const timers = new Set<ReturnType<typeof setInterval>>();
  const projections: Projection[] = data.clips.length
    ? [
        {
          id: 1,
          setId: 1,
          space: 'joint',
          neighbors: 15,
          minDist: 0.1,
          seed: 1,
          supervised: false,
          alignedTo: null,
          points: data.clips.length,
          settled: true,
          createdAt: '2026-11-20T10:00:00Z',
        },
      ]
    : [];
  const views: SavedView[] = [];
  const settledShare = new Map<number, number>();
  const failures: { path: string; code: 'DECODE_FAILED'; message: string }[] = [
    {
      path: '/home/ada/field recordings/broken.avi',
      code: 'DECODE_FAILED',
      message: 'The file ends after 3 % of its data; nothing could be decoded.',
    },
    { path: '/home/ada/field recordings/empty.mp4', code: 'DECODE_FAILED', message: 'The file is empty (0 bytes).' },
  ];

  function addJob(
    kind: Job['kind'],
    title: string,
    total: number,
    ms: number,
    onTick: (job: Job) => void = () => {},
    onDone: (job: Job) => void = () => {},
  ): number {
    const job: Job = {
      id: jobs.size + 1,
      kind,
      title,
      status: 'running',
      done: 0,
      total,
      note: null,
      ratePerS: null,
      etaS: null,
      failures: 0,
      error: null,
      createdAt: new Date().toISOString(),
      startedAt: new Date().toISOString(),
      endedAt: null,
      result: null,
    };
    jobs.set(job.id, job);
    const timer = setInterval(() => {
      const now = jobs.get(job.id)!;
      if (now.status !== 'running') {
        if (now.status === 'cancelled') clearInterval(timer);
        return;
      }
      const done = Math.min(total, now.done + total / 20);
      const next: Job = {
        ...now,
        done,
        ratePerS: (total / 20) * (1000 / ms),
        etaS: ((total - done) / (total / 20)) * (ms / 1000),
        ...(done >= total ? { status: 'done' as const, etaS: 0, endedAt: new Date().toISOString() } : {}),
      };
      jobs.set(job.id, next);
      onTick(next);
      if (next.status === 'done') {
        clearInterval(timer);
        onDone(next);
      }
      publish({ type: 'jobChanged', job: jobs.get(job.id)! });
    }, ms);
    timers.add(timer);
    publish({ type: 'jobChanged', job });
    return job.id;
  }
  function startMap(
    space: 'joint' | 'audio' | 'visual',
    neighbors: number,
    minDist: number,
    seed: number,
    supervised: boolean,
  ) {
    const projection: Projection = {
      id: projections.length + 1,
      setId: 1,
      space,
      neighbors,
      minDist,
      seed,
      supervised,
      alignedTo: null,
      points: data.clips.length,
      settled: false,
      createdAt: new Date().toISOString(),
    };
    projections.push(projection);
    settledShare.set(projection.id, 0);
    const jobId = addJob('project', 'Drawing the map', 200, 150, (job) => {
      settledShare.set(projection.id, job.done / 200);
      projection.settled = job.done >= 200;
      publish({
        type: 'projectionMoved',
        projectionId: projection.id,
        epoch: Math.round(job.done),
        epochs: 200,
        settled: projection.settled,
      });
    });
    return { jobId, projectionId: projection.id };
  }
  const order = (rows: Clip[], sort?: { by: string; descending?: boolean }): Clip[] => {
    const value = (clip: Clip): number | string =>
      sort?.by === 'name' ? clip.name : sort?.by === 'confidence' ? (clip.prediction?.probability ?? 0) : clip.id;
    const sorted = [...rows].sort((a, b) => (value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0));
    return sort?.descending ? sorted.reverse() : sorted;
  };
  const count = <T>(values: T[]): { value: T; count: number }[] =>
    [...values.reduce((map, value) => map.set(value, (map.get(value) ?? 0) + 1), new Map<T, number>())].map(
      ([value, n]) => ({ value, count: n }),
    );
  const annotated = (clipIds: number[]): void =>
    publish({ type: 'annotationsChanged', clipIds, undo: data.undoState() });
  let watched = false;
  const root = () => ({
    id: 1,
    name: 'field recordings',
    path: '/home/ada/field recordings',
    available: true,
    watched,
    mediaCount: data.clips.length,
  });
  const changed = (id: number, change: Partial<Job>): Job => {
    const next = { ...jobs.get(id)!, ...change };
    jobs.set(id, next);
    publish({ type: 'jobChanged', job: next });
    return next;
  };
  const near = (clipId: number, k: number) => {
    const [x, y] = [data.xy[2 * (clipId - 1)]!, data.xy[2 * (clipId - 1) + 1]!];
    return data.clips
      .map((clip, i) => ({
        clipId: clip.id,
        path: clip.path,
        score: 1 / (1 + Math.hypot(data.xy[2 * i]! - x, data.xy[2 * i + 1]! - y)),
      }))
      .sort((a, b) => b.score - a.score)
      .slice(1, k + 1);
  };
  const importing = (title: string) =>
    addJob(
      'import',
      title,
      40,
      120,
      () => {},
      (job) => {
        if (data.clips.length === 0) {
          data.fill(300);
          projections.push({
            id: 1,
            setId: 1,
            space: 'joint',
            neighbors: 15,
            minDist: 0.1,
            seed: 1,
            supervised: false,
            alignedTo: null,
            points: 300,
            settled: true,
            createdAt: '',
          });
        }
        jobs.set(job.id, {
          ...job,
          failures: failures.length,
          result: { added: 298, known: 0, changed: 0, failed: 2, clips: 300 },
        });
        publish({ type: 'clipsChanged', added: 300 });
        publish({ type: 'embeddingsChanged', setId: 1 });
      },
    );
  const classifier = () => ({
    id: 1,
    name: 'Head 1',
    schemaId: 1,
    modelId: 'shipped',
    mode: 'multimodal' as const,
    depth: 'head' as const,
    preset: 'head',
    seed: 1,
    epochs: 40,
    classes: (data.schemas[0]?.classes ?? []).map((c) => ({ classId: c.id, name: c.name })),
    metrics: {
      trainCount: 180,
      testCount: 40,
      accuracy: 0.9,
      mAP: 0.93,
      mAUC: 0.98,
      dPrime: 2.9,
      temperature: 1.2,
      calibrationError: 0.04,
      reliability: [],
      classes: [],
      confusion: [],
      confusionClips: {},
      attribution: { audio: 0.8, visual: 0.7, both: 0.9 },
      warnings: [],
    },
    createdAt: '2026-11-20T10:00:00Z',
    stale: false,
    current: true,
  });

  const procedures = {
    system: {
      capabilities: os.system.capabilities.handler(() => ({
        version: '0.1.0',
        host: 'web' as const,
        nativeDialogs: false,
        dragOut: false,
        readOnly: false,
        backend,
        workspace: { path: '/home/ada/studio', name: 'Field study' },
        maxUploadBytes: 1e9,
        firstRun: data.clips.length === 0,
      })),
      browse: os.system.browse.handler(({ input }) => ({
        path: input.path ?? '/home/ada',
        parent: '/home',
        entries: [
          { name: 'field recordings', path: '/home/ada/field recordings', kind: 'folder' as const },
          { name: 'garden.mp4', path: '/home/ada/garden.mp4', kind: 'media' as const },
          { name: 'notes.txt', path: '/home/ada/notes.txt', kind: 'other' as const },
        ],
      })),
      events: os.system.events.handler(async function* ({ signal }) {
        const queue: EngineEvent[] = [];
        let wake = (): void => {};
        const listener = (event: EngineEvent): void => {
          queue.push(event);
          wake();
        };
        listeners.add(listener);
        signal?.addEventListener('abort', () => wake());
        try {
          while (!signal?.aborted) {
            while (queue.length) yield queue.shift()!;
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
        } finally {
          listeners.delete(listener);
        }
      }),
    },
    collection: {
      summary: os.collection.summary.handler(() => ({
        media: data.clips.length,
        clips: data.clips.length,
        embedded: data.clips.length,
        labelled: data.clips.filter((clip) => clip.labels.length).length,
        missing: data.clips.filter((clip) => clip.badges.includes('missing')).length,
        durationS: data.clips.length * 3,
        roots: data.clips.length ? [root()] : [],
      })),
      import: os.collection.import.handler(({ input }) => ({
        jobId: importing(`Import ${input.paths[0]!.split('/').at(-1)}`),
      })),
      demo: os.collection.demo.handler(() => ({ jobId: importing('Demo collection') })),
      watch: os.collection.watch.handler(({ input }) => {
        watched = input.watched;
        return root();
      }),
      relink: os.collection.relink.handler(() => ({ found: 3, missing: 0 })),
    },
    clips: {
      ids: os.clips.ids.handler(({ input }) => ({
        clipIds: order(data.matching(input.filter as ClipFilter), input.sort).map((clip) => clip.id),
      })),
      byIds: os.clips.byIds.handler(({ input }) => ({ rows: input.clipIds.flatMap((id) => data.clips[id - 1] ?? []) })),
      get: os.clips.get.handler(({ input, errors }) => {
        const clip = data.clips[input.clipId - 1];
        if (!clip) throw errors.NOT_FOUND({ message: 'There is no such clip.', data: {} });
        const classes = data.schemas[0]?.classes ?? [];
        const probabilities = clip.prediction
          ? classes.map((c) => ({
              classId: c.id,
              name: c.name,
              probability:
                c.id === clip.prediction!.classId
                  ? clip.prediction!.probability
                  : (1 - clip.prediction!.probability) / (classes.length - 1),
            }))
          : [];
        return {
          ...clip,
          media: {
            id: clip.id,
            rootId: 1,
            path: clip.path,
            absolutePath: `/home/ada/${clip.path}`,
            kind: clip.kind,
            sizeBytes: 2_345_678,
            durationS: clip.endS,
            width: clip.kind === 'audio' ? null : 1280,
            height: clip.kind === 'audio' ? null : 720,
            frameRateHz: 25,
            sampleRateHz: 48_000,
            channels: 2,
            container: 'mp4',
            videoCodec: 'h264',
            audioCodec: 'aac',
            audioTracks: 1,
            audioTrack: 1,
            contentHash: 'f00',
          },
          siblings: [],
          predictions: probabilities,
          attribution: probabilities.map((p, i) => ({
            classId: p.classId,
            both: p.probability,
            audio: p.probability * (0.5 + 0.05 * i),
            visual: p.probability * (0.9 - 0.05 * i),
          })),
          correspondence: clip.kind === 'video' ? { score: 0.62, percentile: 91 } : null,
        };
      }),
      columns: os.clips.columns.handler(({ input }) => {
        const of: Record<string, (clip: Clip, i: number) => number | string | null> = {
          label: (clip) => clip.labels.find((l) => l.value === 'positive')?.classId ?? null,
          prediction: (clip) => clip.prediction?.classId ?? null,
          confidence: (clip) => clip.prediction?.probability ?? null,
          uncertainty: (clip) => (clip.prediction ? 1 - clip.prediction.probability : null),
          cluster: (_, i) => data.truth[i]!,
          root: () => 1,
          media: (clip) => clip.mediaId,
          kind: (clip) => clip.kind,
          badge: (clip) => clip.badges[0] ?? null,
          duration: (clip) => clip.endS - clip.startS,
        };
        return {
          clipIds: data.clips.map((clip) => clip.id),
          columns: Object.fromEntries(
            input.names.map((name) => [name, data.clips.map((clip, i) => of[name]?.(clip, i) ?? null)]),
          ),
        };
      }),
      facets: os.clips.facets.handler(({ input }) => {
        const rows = data.matching(input.filter as ClipFilter);
        return {
          total: rows.length,
          labelled: rows.filter((clip) => clip.labels.length).length,
          classes: count(
            rows.flatMap((clip) => clip.labels.filter((l) => l.value === 'positive').map((l) => l.classId)),
          ),
          predictions: count(rows.flatMap((clip) => clip.prediction?.classId ?? [])),
          badges: count(rows.flatMap((clip) => clip.badges)),
          roots: [{ value: 1, count: rows.length }],
          kinds: count(rows.map((clip) => clip.kind)),
          clusters: count(rows.map((clip) => data.truth[clip.id - 1]!)),
          scores: [{ name: 'correspondencePercentile' as const, low: 0, high: 100 }],
        };
      }),
    },
    metadata: { columns: os.metadata.columns.handler(() => []) },
    views: {
      list: os.views.list.handler(() => views),
      save: os.views.save.handler(({ input }) => {
        const saved = { ...input, id: views.length + 1 };
        views.push(saved);
        return saved;
      }),
      remove: os.views.remove.handler(({ input }) => {
        views.splice(
          views.findIndex((view) => view.id === input.viewId),
          1,
        );
        return {};
      }),
    },
    schemas: {
      list: os.schemas.list.handler(() => data.counted()),
      create: os.schemas.create.handler(({ input }) => {
        const schema = data.addSchema(input.name, input.multiLabel, input.classes);
        publish({ type: 'schemasChanged' });
        return schema;
      }),
      addClass: os.schemas.addClass.handler(({ input }) => {
        const schema = data.schemas.find((one) => one.id === input.schemaId)!;
        const made = {
          id: schema.id * 100 + schema.classes.length,
          schemaId: schema.id,
          name: input.name,
          colour: input.colour ?? '#44aa99',
          hotkey: input.hotkey ?? null,
          count: 0,
        };
        schema.classes = [...schema.classes, made];
        return made;
      }),
      updateClass: os.schemas.updateClass.handler(({ input }) => {
        const schema = data.schemas.find((one) => one.classes.some((c) => c.id === input.classId))!;
        schema.classes = schema.classes.map((c) =>
          c.id === input.classId
            ? {
                ...c,
                ...(input.name ? { name: input.name } : {}),
                ...(input.colour ? { colour: input.colour } : {}),
                ...(input.hotkey !== undefined ? { hotkey: input.hotkey } : {}),
              }
            : c,
        );
        return schema.classes.find((c) => c.id === input.classId)!;
      }),
      removeClass: os.schemas.removeClass.handler(({ input }) => {
        for (const schema of data.schemas) schema.classes = schema.classes.filter((c) => c.id !== input.classId);
        return {};
      }),
    },
    annotations: {
      set: os.annotations.set.handler(({ input }) => {
        const changedClips = data.annotate(input.clipIds, input.classId, input.value, input.presence);
        annotated(input.clipIds);
        return { step: data.done.length, changed: changedClips, undo: data.undoState() };
      }),
      undo: os.annotations.undo.handler(() => {
        const step = data.done.pop();
        step?.undo();
        if (step) data.redos.push(step);
        annotated(step?.clipIds ?? []);
        return { text: step?.text ?? '', clipIds: step?.clipIds ?? [], undo: data.undoState() };
      }),
      redo: os.annotations.redo.handler(() => {
        const step = data.redos.pop();
        step?.redo();
        if (step) data.done.push(step);
        annotated(step?.clipIds ?? []);
        return { text: step?.text ?? '', clipIds: step?.clipIds ?? [], undo: data.undoState() };
      }),
      undoState: os.annotations.undoState.handler(() => data.undoState()),
      history: os.annotations.history.handler(() => []),
    },
    embeddings: {
      start: os.embeddings.start.handler(() => ({ jobId: addJob('embed', 'Embedding', data.clips.length, 150) })),
    },
    projections: {
      list: os.projections.list.handler(() => projections.map((one) => ({ ...one }))),
      start: os.projections.start.handler(({ input }) =>
        startMap(input.space, input.neighbors, input.minDist, input.seed, input.supervisedBySchemaId !== undefined),
      ),
      remove: os.projections.remove.handler(({ input }) => {
        projections.splice(
          projections.findIndex((one) => one.id === input.projectionId),
          1,
        );
        return {};
      }),
      clusters: os.projections.clusters.handler(() => []),
      cluster: os.projections.cluster.handler(() => ({ jobId: addJob('cluster', 'Finding clusters', 10, 60) })),
    },
    search: {
      similar: os.search.similar.handler(({ input }) => near(input.positives[0]!, input.k)),
      queue: os.search.queue.handler(({ input }) =>
        data.clips
          .filter((clip) => clip.labels.length === 0)
          .filter((_, i) => i % 7 === 0)
          .slice(0, input.limit)
          .map((clip, i) => ({
            clipId: clip.id,
            score: 1 - i / 100,
            reason: i % 2 ? 'far from every label so far' : 'typical of a dense region',
          })),
      ),
    },
    models: {
      list: os.models.list.handler(() => [
        {
          id: 'shipped',
          name: 'Small CAV-MAE',
          purpose: 'Ready to use',
          origin: 'shipped' as const,
          variant: 'cav-mae' as const,
          state: 'ready' as const,
          sizeBytes: 2e7,
          parameters: 1e7,
          embedDim: 192,
          audioLength: 1024,
          imgSize: 224,
          normPixLoss: true,
          hasDecoder: true,
          classes: 0,
          trainedOn: 'drawn' as const,
          licenceNote: null,
          current: true,
          clips: data.clips.length,
          missing: 0,
          sets: [{ id: 1, dim: 192, clips: data.clips.length, maps: projections.length }],
          speed: { clipsPerSecond: 4.2, clips: 300, measuredAt: '2026-11-20T10:00:00Z' },
          estimateS: 0,
          jobId: null,
          downloadable: false,
          trained: true,
          licence: 'BSD-2-Clause',
          citation: null,
          source: null,
          parent: null,
          path: null,
        },
      ]),
    },
    finetune: {
      presets: os.finetune.presets.handler(() => [
        {
          id: 'head',
          kind: 'finetune' as const,
          name: 'Head',
          source: 'test',
          expected: 'seconds',
          values: { epochs: 40 },
        },
      ]),
      preview: os.finetune.preview.handler(() => ({
        classes: (data.counted()[0]?.classes ?? []).map((c) => ({
          classId: c.id,
          name: c.name,
          train: Math.floor(c.count * 0.8),
          test: Math.ceil(c.count * 0.2),
          sources: c.count,
        })),
        warnings: [],
        canTrain: true,
      })),
    },
    learning: {
      state: os.learning.state.handler(() => ({
        enabled: true,
        every: 12,
        pending: 5,
        waiting: null,
        jobId: null,
        automaticId: null,
        inUse: false,
        points: [],
      })),
    },
    runs: { list: os.runs.list.handler(() => []) },
    classifiers: { list: os.classifiers.list.handler(() => (data.options.classifier ? [classifier()] : [])) },
    jobs: {
      list: os.jobs.list.handler(() => [...jobs.values()]),
      get: os.jobs.get.handler(({ input }) => ({
        ...jobs.get(input.jobId)!,
        items: jobs.get(input.jobId)!.failures ? failures : [],
      })),
      pause: os.jobs.pause.handler(({ input }) => changed(input.jobId, { status: 'paused' })),
      resume: os.jobs.resume.handler(({ input }) => changed(input.jobId, { status: 'running' })),
      cancel: os.jobs.cancel.handler(({ input }) => changed(input.jobId, { status: 'cancelled' })),
      first: os.jobs.first.handler(({ input }) => changed(input.jobId, {})),
      retry: os.jobs.retry.handler(({ input }) => changed(input.jobId, { status: 'done', failures: 0 })),
    },
  };
  /** Positions of a projection as far as it has settled: from noise to clusters. */
  const positions = (id: number): Float32Array => {
    const share = settledShare.get(id) ?? 1;
    return data.xy.map((value, i) => value * share + (1 - share) * 8 * Math.sin(i * 12.9898) * Math.cos(i * 4.1414));
  };
  return {
    procedures,
    publish,
    addJob,
    positions,
    stop: () => {
      for (const timer of timers) clearInterval(timer);
    },
  };
}
