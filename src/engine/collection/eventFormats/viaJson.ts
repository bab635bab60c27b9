// VIA 3 projects (VGG Image Annotator, JSON): files, views of files, and metadata with times `z` and attribute values
// `av`.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { EngineError } from '../../../shared/engineError.ts';
import {
  droppedFields,
  Losses,
  noEvent,
  type EventFileFormat,
  type ReadEvents,
  type WrittenRecording,
} from './eventRecord.ts';
import { readEventText } from './eventText.ts';
import { modalityOfTier } from './lanes.ts';

interface Attribute {
  aname?: string;
  anchor_id?: string;
  options?: Record<string, string>;
}
interface Via {
  attribute?: Record<string, Attribute>;
  file?: Record<string, { fname?: string; src?: string }>;
  view?: Record<string, { fid_list?: (string | number)[] }>;
  metadata?: Record<string, { vid?: string | number; z?: number[]; xy?: number[]; av?: Record<string, string> }>;
}

const sourceOf = ({ fname = '', src = '' }: { fname?: string; src?: string }): string => {
  if (src === '' || src.startsWith('blob:') || src.startsWith('data:')) return fname;
  try {
    return src.startsWith('file:') ? fileURLToPath(src, { windows: false }) : decodeURI(src);
  } catch {
    return fname || src;
  }
};

/** VIA writes options as { id: name }, with the id in `av`; a text attribute has the text itself. */
const nameOf = (attribute: Attribute | undefined, value: string): string =>
  attribute?.options?.[value]?.trim() || value;

async function read(file: string): Promise<ReadEvents> {
  let via: Via;
  try {
    via = JSON.parse(await readEventText(file)) as Via;
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
    throw new EngineError('BAD_INPUT', `${file} is not valid JSON: ${thrown.message}`, { path: file }, thrown);
  }
  if (!via.metadata || !via.view || !via.file)
    throw new EngineError('BAD_INPUT', `${file} is not a VIA 3 project: it has no file, view and metadata`, {
      path: file,
    });
  const losses = new Losses();
  const found: ReadEvents = { events: [], bad: [], recordings: [], lost: [] };
  const files = new Map<string, string>();
  for (const [vid, { fid_list: ids = [] }] of Object.entries(via.view)) {
    const first = via.file[String(ids[0])];
    if (first) files.set(vid, sourceOf(first));
    if (ids.length > 1) losses.add('further files of a view', ids.length - 1);
  }
  const named = new Map(
    Object.entries(via.attribute ?? {}).map(([id, attribute]) => [attribute.aname?.toLowerCase() ?? '', id]),
  );
  for (const [id, { vid, z = [], xy = [], av = {} }] of Object.entries(via.metadata)) {
    const path = files.get(String(vid));
    if (path === undefined) found.bad.push({ line: 0, reason: `metadata ${id} names a view that is not there` });
    else if (z.length === 0) losses.add('marks without a time');
    else {
      if (xy.length > 0) losses.add('regions of a picture');
      const modalityId = named.get('modality');
      const main = Object.keys(av).find((one) => one !== modalityId);
      const label = main === undefined ? '' : nameOf(via.attribute?.[main], av[main]!).trim();
      if (Object.keys(av).filter((one) => one !== modalityId).length > 1) losses.add('further attributes');
      const modality =
        modalityId === undefined ? null : modalityOfTier(nameOf(via.attribute?.[modalityId], av[modalityId] ?? ''));
      if (label === '') found.bad.push({ line: 0, reason: `the mark at ${z[0]} s has no value of any attribute` });
      else
        found.events.push({
          ...noEvent,
          line: 0,
          path,
          onsetS: z[0]!,
          offsetS: z.length > 1 ? z[1]! : null,
          label,
          modality,
        });
    }
  }
  return { ...found, recordings: [...new Set(files.values())], lost: losses.list() };
}

const modalities = ['heard', 'seen', 'both'];

const selectAttribute = (aname: string, names: readonly string[]): unknown => ({
  aname,
  anchor_id: 'FILE1_Z2_XY0',
  type: 4,
  desc: '',
  options: Object.fromEntries(names.map((name, k) => [k, name])),
  default_option_id: '',
});

const projectFacts = (recordings: readonly WrittenRecording[]): unknown => ({
  pid: '__VIA_PROJECT_ID__',
  rev: '__VIA_PROJECT_REV_ID__',
  rev_timestamp: '__VIA_PROJECT_REV_TIMESTAMP__',
  pname: 'CAV-MAE Studio',
  creator: 'VGG Image Annotator (http://www.robots.ox.ac.uk/~vgg/software/via)',
  created: Date.now(),
  vid_list: recordings.map((_, k) => String(k + 1)),
});

const viaConfig: unknown = {
  file: { loc_prefix: { 1: '', 2: '', 3: '', 4: '' } },
  ui: {
    file_content_align: 'center',
    file_metadata_editor_visible: true,
    spatial_metadata_editor_visible: false,
    temporal_segment_metadata_editor_visible: true,
    spatial_region_label_attribute_id: '',
    gtimeline_visible_row_count: '4',
  },
};

/** Location 3: a file on this machine, by its address. */
const viaFile = (recording: WrittenRecording, k: number): unknown => ({
  fid: String(k + 1),
  fname: path.basename(recording.path),
  type: recording.kind === 'audio' ? 8 : 4,
  loc: 3,
  src: recording.path,
});

function viaMetadata(recordings: readonly WrittenRecording[], classes: readonly string[]): Record<string, unknown> {
  let marks = 0;
  return Object.fromEntries(
    recordings.flatMap(({ events }, k) =>
      events.map((event) => [
        `${k + 1}_${++marks}`,
        {
          vid: String(k + 1),
          flg: 0,
          z: event.offsetS === null ? [event.onsetS] : [event.onsetS, event.offsetS],
          xy: [],
          av: { 1: String(classes.indexOf(event.class)), 2: String(modalities.indexOf(event.modality)) },
        },
      ]),
    ),
  );
}

function write(recordings: readonly WrittenRecording[]) {
  const classes = [...new Set(recordings.flatMap(({ events }) => events.map((event) => event.class)))];
  const document = {
    project: projectFacts(recordings),
    config: viaConfig,
    attribute: { 1: selectAttribute('class', classes), 2: selectAttribute('modality', modalities) },
    file: Object.fromEntries(recordings.map((recording, k) => [k + 1, viaFile(recording, k)])),
    view: Object.fromEntries(recordings.map((_, k) => [k + 1, { fid_list: [String(k + 1)] }])),
    metadata: viaMetadata(recordings, classes),
  };
  return { text: JSON.stringify(document), lost: droppedFields(recordings, { modality: true }) };
}

export const viaJson: EventFileFormat = { format: 'via', extension: '.json', holds: 'collection', read, write };
