// The table of ARCHITECTURE.md, "Rooms, and who may import what", as rules. test/architecture seeds a violation of each.

/** A room may import only itself and what is listed (src-relative patterns); npm packages are ruled separately below. */
const rooms = {
  'shared/contract': [],
  'shared/wire': ['shared/engineError', 'shared/contract/errors'],
  'shared/async': [],
  'shared/query': [],
  'shared/signal': ['shared/engineError'],
  'shared/figures': ['shared/signal'],
  'shared/plots': ['shared/figures'],
  'engine/model': ['engine/base/randomStream', 'shared/engineError', 'shared/signal'],
  'engine/preprocess': ['shared'],
  'engine/checkpoint': ['engine/base', 'engine/model/', 'shared'],
  'engine/media': ['engine/base', 'engine/preprocess', 'shared'],
  'engine/training': [
    'engine/base',
    'engine/model',
    'engine/preprocess',
    'engine/inference',
    'engine/checkpoint',
    'shared',
  ],
  'engine/events': ['engine/base', 'engine/training', 'shared'],
  'engine/inference': ['engine/base', 'engine/model', 'engine/preprocess', 'engine/checkpoint', 'shared'],
  'engine/extraction': [
    'engine/base',
    'engine/model',
    'engine/preprocess',
    'engine/checkpoint',
    'engine/inference',
    'shared',
  ],
  'engine/exploration': ['engine/base', 'shared'],
  'engine/estimation': ['engine/base', 'shared'],
  'engine/collection': ['engine/base', 'shared'],
  'engine/backend': ['engine/base', 'shared'],
  'engine/demo': ['engine/base', 'engine/media/', 'shared'],
  'engine/figures': ['shared'],
  'engine/workers': ['engine', 'shared'],
  'engine/base': ['shared/engineError'],
  'engine/host': ['engine', 'shared'],
  'engine/procedures': ['engine', 'shared'],
  'main/electron': ['main/engineLink', 'shared'],
  'main/engineLink': ['shared'],
  'main/web': ['engine/host', 'engine/procedures', 'engine/workers', 'shared'],
  'main/cli': ['main/web', 'engine/host', 'engine/procedures', 'engine/workers', 'engine/figures', 'shared'],
  preload: ['shared'],
  renderer: ['shared'],
};

const roomRules = Object.entries(rooms).map(([room, allowed]) => ({
  name: `room-${room.replace('/', '-')}`,
  severity: 'error',
  comment: `${room} may import only itself${allowed.length > 0 ? `, ${allowed.join(', ')}` : ''}.`,
  from: { path: `^src/${room}/` },
  to: { path: '^src/', pathNot: [`^src/${room}/`, ...allowed.map((name) => `^src/${name}`)] },
}));

const only = (name, comment, from, pathNot, to) => ({
  name,
  severity: 'error',
  comment,
  from: { path: from, pathNot },
  to,
});

module.exports = {
  forbidden: [
    ...roomRules,
    {
      name: 'no-circular',
      severity: 'error',
      comment: 'No cycles.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      comment: 'Every file is used by another or is an entry.',
      from: { orphan: true, path: '^src/', pathNot: ['\\.d\\.ts$', '^src/preload/', '\\.css$'] },
      to: {},
    },
    {
      name: 'no-tests-in-src',
      severity: 'error',
      comment: 'No test code in src.',
      from: { path: '^src/' },
      to: { path: ['^test/', 'vitest', 'fast-check', 'playwright'] },
    },
    {
      name: 'not-to-unresolvable',
      severity: 'error',
      comment: 'Every import resolves.',
      from: { path: '^src/' },
      to: { couldNotResolve: true, pathNot: ['\\?worker', '\\?url', '\\?raw', '^virtual:'] },
    },
    only(
      'electron-only-in-its-host',
      'Electron is known only to main/electron and preload.',
      '^src/',
      ['^src/main/electron/', '^src/preload/'],
      { path: 'node_modules/electron/' },
    ),
    only(
      'no-node-in-page-or-model',
      'The page and the model run anywhere: no Node built-ins.',
      '^src/(renderer|engine/model|shared/wire|shared/contract|shared/figures|shared/signal|shared/async)/',
      [],
      { dependencyTypes: ['core'] },
    ),
    only(
      'tensors-only-in-compute',
      'Tensors live in model, training, inference, events/network, backend and the workers.',
      '^src/',
      ['^src/engine/(model|training|inference|backend|workers|events/network)/'],
      { path: 'node_modules/@tensorflow/' },
    ),
    only('model-knows-only-tfjs', 'The paper needs tfjs and nothing else.', '^src/engine/model/', [], {
      path: 'node_modules/',
      pathNot: ['node_modules/@tensorflow/'],
    }),
    only('contract-knows-only-its-schema-library', 'The contract needs zod and oRPC.', '^src/shared/contract/', [], {
      path: 'node_modules/',
      pathNot: ['node_modules/zod/', 'node_modules/@orpc/contract/'],
    }),
    only(
      'shared-code-needs-nothing',
      'Codecs, painters and signal processing need no package.',
      '^src/shared/(wire|figures|signal|async)/',
      [],
      {
        path: 'node_modules/',
      },
    ),
    only('sql-only-in-collection', 'Nothing outside the collection writes SQL.', '^src/', ['^src/engine/collection/'], {
      path: 'node_modules/(better-sqlite3|kysely)/',
    }),
    only(
      'onnxruntime-only-in-extraction',
      'Embeddings are the one thing onnxruntime computes in the engine.',
      '^src/',
      ['^src/engine/extraction/'],
      { path: 'node_modules/onnxruntime-node/' },
    ),
    only('decoder-only-in-media', 'The decoder stays behind the media room.', '^src/', ['^src/engine/(media|demo)/'], {
      path: 'node_modules/node-av/',
    }),
    {
      name: 'features-are-strangers',
      severity: 'error',
      comment: 'Features of the page never import each other.',
      from: { path: '^src/renderer/src/features/([^/]+)/' },
      to: { path: '^src/renderer/src/features/', pathNot: '^src/renderer/src/features/$1/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
    exclude: { path: ['^out/', '^test/'] },
  },
};
