// TEST CODE. A made-up collection for page tests: clips in a few clusters, labels, predictions, jobs, all from a seed.
import type { Badge, Clip, ClipFilter } from '../../src/shared/contract/clip.ts';
import type { LabelClass, LabelSchema } from '../../src/shared/contract/annotation.ts';

export interface FakeOptions {
  clips: number;
  schema: boolean;
  classifier: boolean;
  media?: string[];
  seed?: number;
}
const names = ['bell', 'engine', 'rain', 'bird', 'drum', 'siren', 'clock', 'waves', 'speech', 'alarm', 'steps', 'dog'];
const colours = [
  '#56b4e9',
  '#e69f00',
  '#009e73',
  '#cc79a7',
  '#f0e442',
  '#d55e00',
  '#3f7fd1',
  '#88ccee',
  '#ddcc77',
  '#cc6677',
  '#44aa99',
  '#aa4499',
];

/** Mulberry32: small, seeded, good enough for test data. */
export function random(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export class FakeCollection {
  clips: Clip[] = [];
  truth: number[] = [];
  xy = new Float32Array();
  schemas: LabelSchema[] = [];
  undone: (() => void)[] = [];
  done: { text: string; undo: () => void; redo: () => void; clipIds: number[] }[] = [];
  redos: { text: string; undo: () => void; redo: () => void; clipIds: number[] }[] = [];
  readonly options: FakeOptions;

  constructor(options: FakeOptions) {
    this.options = options;
    if (options.schema) this.addSchema('Sounding events', false, names.slice(0, 9));
    this.fill(options.clips);
  }
  fill(n: number): void {
    const next = random(this.options.seed ?? 7);
    const normal = (): number => Math.sqrt(-2 * Math.log(next() || 1e-9)) * Math.cos(2 * Math.PI * next());
    const classes = this.schemas[0]?.classes ?? [];
    this.xy = new Float32Array(2 * n);
    this.clips = Array.from({ length: n }, (_, i): Clip => {
      const group = Math.floor(next() * 9);
      this.truth[i] = group;
      this.xy[2 * i] = 6 * Math.cos(group * 0.7) * (1 + (group % 3) * 0.4) + normal() * 0.9;
      this.xy[2 * i + 1] = 6 * Math.sin(group * 0.7) * (1 + (group % 3) * 0.4) + normal() * 0.9;
      const kind = i % 41 === 5 ? 'audio' : i % 57 === 9 ? 'image' : 'video';
      const badges: Badge[] = [
        ...(i % 13 === 2 ? ['padded' as const] : []),
        ...(i % 29 === 3 ? ['silent' as const] : []),
        ...(kind === 'audio' ? ['no-picture' as const] : []),
        ...(kind === 'image' ? ['still' as const, 'no-sound' as const] : []),
        ...(i % 97 === 50 ? ['missing' as const] : []),
      ];
      const guess = next() < 0.85 ? group : Math.floor(next() * 9);
      return {
        id: i + 1,
        mediaId: i + 1,
        name: `${names[group]}-${String(i + 1).padStart(4, '0')}.${kind === 'audio' ? 'wav' : kind === 'image' ? 'jpg' : 'mp4'}`,
        path: `field recordings/${names[group]}/${names[group]}-${i + 1}.mp4`,
        content: (i + 1).toString(16).padStart(8, '0'),
        kind,
        startS: 0,
        endS: kind === 'image' ? 0 : 3,
        badges,
        embedded: true,
        labels:
          classes.length && next() < 0.2
            ? [{ classId: classes[group]!.id, value: next() < 0.06 ? 'uncertain' : 'positive', presence: null }]
            : [],
        prediction:
          this.options.classifier && classes.length
            ? { classifierId: 1, classId: classes[guess]!.id, probability: 0.4 + 0.6 * next() }
            : null,
      };
    });
  }
  addSchema(name: string, multiLabel: boolean, classNames: string[]): LabelSchema {
    const id = this.schemas.length + 1;
    const schema = {
      id,
      name,
      multiLabel,
      classes: classNames.map((one, i): LabelClass => ({
        id: id * 100 + i,
        schemaId: id,
        name: one,
        colour: colours[i % 12]!,
        hotkey: '123456789qwertasdfg'[i] ?? null,
        count: 0,
      })),
    };
    this.schemas.push(schema);
    return schema;
  }
  counted(): LabelSchema[] {
    const counts = new Map<number, number>();
    for (const clip of this.clips)
      for (const label of clip.labels)
        if (label.value === 'positive') counts.set(label.classId, (counts.get(label.classId) ?? 0) + 1);
    return this.schemas.map((schema) => ({
      ...schema,
      classes: schema.classes.map((c) => ({ ...c, count: counts.get(c.id) ?? 0 })),
    }));
  }
  matching(filter: ClipFilter = {}): Clip[] {
    return this.clips.filter(
      (clip) =>
        (!filter.text || clip.name.includes(filter.text)) &&
        (!filter.badges || filter.badges.some((b) => clip.badges.includes(b))) &&
        (!filter.kinds || filter.kinds.includes(clip.kind)) &&
        (!filter.classIds || clip.labels.some((l) => l.value === 'positive' && filter.classIds!.includes(l.classId))) &&
        (filter.labelled === undefined || clip.labels.length > 0 === filter.labelled) &&
        (!filter.predictedClassIds ||
          (clip.prediction && filter.predictedClassIds.includes(clip.prediction.classId))) &&
        (!filter.clusters || filter.clusters.includes(this.truth[clip.id - 1]!)) &&
        (!filter.confidence ||
          (clip.prediction &&
            clip.prediction.probability >= filter.confidence[0] &&
            clip.prediction.probability <= filter.confidence[1])),
    );
  }
  annotate(
    clipIds: number[],
    classId: number,
    value: 'positive' | 'negative' | 'uncertain' | null,
    presence: 'audible' | 'visible' | 'both' | null,
  ): number {
    const before = new Map(clipIds.map((clipId) => [clipId, this.clips[clipId - 1]!.labels]));
    const schema = this.schemas.find((one) => one.classes.some((c) => c.id === classId))!;
    const siblings = new Set(schema.multiLabel || value !== 'positive' ? [classId] : schema.classes.map((c) => c.id));
    const write = (): void => {
      for (const clipId of clipIds) {
        const clip = this.clips[clipId - 1]!;
        clip.labels = [
          ...clip.labels.filter((l) => !siblings.has(l.classId)),
          ...(value ? [{ classId, value, presence }] : []),
        ];
      }
    };
    write();
    this.done.push({
      text: `label ${schema.classes.find((c) => c.id === classId)?.name}`,
      undo: () => {
        for (const [clipId, labels] of before) this.clips[clipId - 1]!.labels = labels;
      },
      redo: write,
      clipIds,
    });
    this.redos = [];
    return clipIds.length;
  }
  undoState() {
    return {
      canUndo: this.done.length > 0,
      canRedo: this.redos.length > 0,
      undoText: this.done.at(-1)?.text ?? null,
      redoText: this.redos.at(-1)?.text ?? null,
    };
  }
}
