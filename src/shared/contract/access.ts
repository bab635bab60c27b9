// What each procedure does to the open workspace. A new procedure does not compile before it is classified here.
import type { Contract } from './index.ts';

/** `read`: answers also where the workspace is open for reading only. `write`: changes something, starts a job, or serves only that. */
export type Access = 'read' | 'write';

export const access: { readonly [Noun in keyof Contract]: { readonly [Verb in keyof Contract[Noun]]: Access } } = {
  system: {
    capabilities: 'read',
    backend: 'read',
    doctor: 'read',
    report: 'read',
    events: 'read',
    // Only of use to choose what to import or open.
    browse: 'write',
  },
  workspaces: { list: 'read', open: 'write', forget: 'write' },
  collection: {
    summary: 'read',
    import: 'write',
    demo: 'write',
    relink: 'write',
    watch: 'write',
    renameSource: 'write',
    removeSource: 'write',
    removeMedia: 'write',
  },
  clips: { list: 'read', ids: 'read', byIds: 'read', get: 'read', columns: 'read', facets: 'read' },
  schemas: {
    list: 'read',
    create: 'write',
    update: 'write',
    remove: 'write',
    addClass: 'write',
    updateClass: 'write',
    mergeClass: 'write',
    removeClass: 'write',
  },
  annotations: {
    set: 'write',
    accept: 'write',
    undo: 'write',
    redo: 'write',
    undoState: 'read',
    history: 'read',
    // Reads a file that the caller names, to import it.
    inspect: 'write',
    import: 'write',
    export: 'write',
  },
  events: {
    list: 'read',
    facets: 'read',
    overview: 'read',
    recordings: 'read',
    set: 'write',
    update: 'write',
    remove: 'write',
    split: 'write',
    merge: 'write',
    setComplete: 'write',
    history: 'read',
    inspect: 'read',
    import: 'write',
    export: 'read',
  },
  views: { list: 'read', save: 'write', rename: 'write', remove: 'write' },
  embeddings: { start: 'write', sets: 'read', use: 'write', export: 'write' },
  projections: { start: 'write', list: 'read', remove: 'write', cluster: 'write', clusters: 'read' },
  search: {
    similar: 'read',
    retrieve: 'read',
    retrievalEvaluation: 'read',
    correspondence: 'write',
    queue: 'read',
    propagate: 'read',
  },
  inspect: {
    reconstruct: 'read',
    input: 'read',
    drawMask: 'read',
    localise: 'read',
    attention: 'read',
    sweep: 'read',
    collectionSweep: 'write',
    animation: 'read',
    gallery: 'write',
    errorMap: 'read',
    errorScores: 'write',
  },
  finetune: { presets: 'read', preview: 'read', start: 'write', stop: 'write' },
  learning: { state: 'read', setAutomatic: 'write', refit: 'write', compare: 'read', restore: 'write' },
  pretrain: { start: 'write' },
  runs: { list: 'read', get: 'read' },
  classifiers: {
    list: 'read',
    get: 'read',
    use: 'write',
    rename: 'write',
    remove: 'write',
    setThreshold: 'write',
    predict: 'write',
    predictFiles: 'read',
    predictions: 'read',
    compare: 'read',
    evaluate: 'read',
    export: 'write',
    exportPredictions: 'write',
  },
  models: {
    list: 'read',
    use: 'write',
    dependents: 'read',
    inspect: 'read',
    add: 'write',
    rename: 'write',
    remove: 'write',
    download: 'write',
    export: 'write',
  },
  jobs: {
    list: 'read',
    get: 'read',
    pause: 'write',
    resume: 'write',
    cancel: 'write',
    first: 'write',
    retry: 'write',
  },
};

/** The access of a procedure by its path; one that is not known is refused like a write. */
export function accessOf([noun, verb, ...rest]: readonly string[]): Access {
  const verbs: Partial<Record<string, Access>> | undefined = Object.hasOwn(access, noun ?? '')
    ? access[noun as keyof Contract]
    : undefined;
  return rest.length === 0 && verbs && Object.hasOwn(verbs, verb ?? '') ? (verbs[verb!] ?? 'write') : 'write';
}
