// ELAN annotation files (.eaf, EAF 3.0): XML with a table of time slots and tiers of annotations between them.
import path from 'node:path';
import { pathToFileURL, fileURLToPath } from 'node:url';
import { XMLBuilder, XMLParser, XMLValidator } from 'fast-xml-parser';
import { EngineError } from '../../../shared/engineError.ts';
import {
  droppedFields,
  Losses,
  noEvent,
  type EventFileFormat,
  type ReadEvent,
  type ReadEvents,
  type WrittenRecording,
} from './eventRecord.ts';
import { readEventText } from './eventText.ts';
import { lanesOf, modalityOfTier, tierName } from './lanes.ts';

interface Slot {
  '@TIME_SLOT_ID': string;
  '@TIME_VALUE'?: string;
}
interface Alignable {
  '@TIME_SLOT_REF1': string;
  '@TIME_SLOT_REF2': string;
  ANNOTATION_VALUE?: string;
}
interface Tier {
  '@TIER_ID': string;
  '@ANNOTATOR'?: string;
  ANNOTATION?: { ALIGNABLE_ANNOTATION?: Alignable; REF_ANNOTATION?: unknown }[];
}
interface Eaf {
  ANNOTATION_DOCUMENT?: {
    HEADER?: {
      '@TIME_UNITS'?: string;
      '@MEDIA_FILE'?: string;
      MEDIA_DESCRIPTOR?: { '@MEDIA_URL'?: string; '@RELATIVE_MEDIA_URL'?: string; '@TIME_ORIGIN'?: string }[];
    };
    TIME_ORDER?: { TIME_SLOT?: Slot[] };
    TIER?: Tier[];
  };
}

const lists = new Set(['TIME_SLOT', 'TIER', 'ANNOTATION', 'MEDIA_DESCRIPTOR']);
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  // Entities of a document could grow without bound; the five of XML are enough for ELAN.
  processEntities: true,
  isArray: (name) => lists.has(name),
});

/** Milliseconds of every slot; slots without a time lie evenly between their neighbours, as ELAN shows them. */
function slotTimes(slots: readonly Slot[]): Map<string, number> {
  const times = slots.map((slot) => (slot['@TIME_VALUE'] === undefined ? Number.NaN : Number(slot['@TIME_VALUE'])));
  for (let i = 0; i < times.length; i++) {
    if (!Number.isNaN(times[i]!)) continue;
    let to = i;
    while (to < times.length && Number.isNaN(times[to]!)) to++;
    const before = times[i - 1] ?? 0;
    const after = times[to] ?? before;
    const gaps = to - i + 1;
    for (let k = i; k < to; k++) times[k] = before + ((after - before) * (k - i + 1)) / gaps;
  }
  return new Map(slots.map((slot, i) => [slot['@TIME_SLOT_ID'], times[i]!]));
}

function mediaOf(
  file: string,
  header: NonNullable<Eaf['ANNOTATION_DOCUMENT']>['HEADER'],
  losses: Losses,
): { path: string; originS: number } {
  const descriptors = header?.MEDIA_DESCRIPTOR ?? [];
  if (descriptors.length > 1) losses.add('further linked media', descriptors.length - 1);
  const first = descriptors[0];
  const url = first?.['@MEDIA_URL'] || first?.['@RELATIVE_MEDIA_URL'] || header?.['@MEDIA_FILE'] || '';
  const originS = Number(first?.['@TIME_ORIGIN'] ?? 0) / 1000;
  if (url === '') return { path: path.basename(file, path.extname(file)), originS };
  try {
    return { path: url.startsWith('file:') ? fileURLToPath(url, { windows: false }) : decodeURI(url), originS };
  } catch {
    return { path: url.replace(/^file:\/*/, '/'), originS };
  }
}

async function read(file: string): Promise<ReadEvents> {
  const text = await readEventText(file);
  const valid = XMLValidator.validate(text);
  if (valid !== true)
    throw new EngineError('BAD_INPUT', `${file} is not valid XML: line ${valid.err.line}: ${valid.err.msg}`, {
      path: file,
    });
  const document = (parser.parse(text) as Eaf).ANNOTATION_DOCUMENT;
  if (!document)
    throw new EngineError('BAD_INPUT', `${file} is not an ELAN file: it has no ANNOTATION_DOCUMENT`, { path: file });
  const losses = new Losses();
  const unit = document.HEADER?.['@TIME_UNITS'] ?? 'milliseconds';
  if (unit !== 'milliseconds')
    throw new EngineError('BAD_INPUT', `${file} counts time in ${unit}; only milliseconds are read`, { path: file });
  const media = mediaOf(file, document.HEADER, losses);
  const times = slotTimes(document.TIME_ORDER?.TIME_SLOT ?? []);
  const events: ReadEvent[] = [];
  const bad: ReadEvents['bad'] = [];
  for (const tier of document.TIER ?? []) {
    for (const annotation of tier.ANNOTATION ?? []) {
      const aligned = annotation.ALIGNABLE_ANNOTATION;
      if (!aligned) {
        losses.add('annotations that refer to others');
        continue;
      }
      const [from, to] = [times.get(aligned['@TIME_SLOT_REF1']), times.get(aligned['@TIME_SLOT_REF2'])];
      if (from === undefined || to === undefined) {
        bad.push({ line: 0, reason: `an annotation of tier ${tier['@TIER_ID']} names a time slot that is not there` });
        continue;
      }
      const modality = modalityOfTier(tier['@TIER_ID']);
      const label = String(aligned.ANNOTATION_VALUE ?? '').trim() || (modality ? '' : tier['@TIER_ID']);
      if (label === '')
        bad.push({ line: 0, reason: `an annotation at ${from / 1000} s of tier ${tier['@TIER_ID']} has no text` });
      else
        events.push({
          ...noEvent,
          line: 0,
          path: media.path,
          onsetS: from / 1000 + media.originS,
          offsetS: to / 1000 + media.originS,
          label,
          modality,
          annotator: tier['@ANNOTATOR'] || null,
        });
    }
  }
  return { events, bad, recordings: [media.path], lost: losses.list() };
}

const builder = new XMLBuilder({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  format: true,
  suppressEmptyNode: true,
  suppressBooleanAttributes: false,
});

function tiersOf(recording: WrittenRecording): { name: string; events: WrittenRecording['events'] }[] {
  return (['heard', 'seen', 'both'] as const).flatMap((modality) =>
    lanesOf(
      recording.events.filter((event) => event.modality === modality),
      0.001,
    ).map((events, lane) => ({
      name: tierName(modality, lane),
      events,
    })),
  );
}

/** Slots in the order of time, numbered so, and tiers whose annotations name them. */
function slotsAndTiers(recording: WrittenRecording) {
  const times: number[] = [];
  const slot = (timeS: number): number => times.push(Math.round(timeS * 1000)) - 1;
  const drawn = tiersOf(recording).map(({ name, events }) => ({
    name,
    marks: events.map((event) => ({
      from: slot(event.onsetS),
      to: slot(Math.max(event.offsetS ?? 0, event.onsetS + 0.001)),
      text: event.class,
    })),
  }));
  const order = [...times.keys()].toSorted((a, b) => times[a]! - times[b]! || a - b);
  const ids = new Map(order.map((k, i) => [k, `ts${i + 1}`]));
  let annotations = 0;
  return {
    slots: order.map((k) => ({ '@TIME_SLOT_ID': ids.get(k), '@TIME_VALUE': times[k]! })),
    tiers: drawn.map(({ name, marks }) => ({
      '@LINGUISTIC_TYPE_REF': 'event',
      '@TIER_ID': name,
      ANNOTATION: marks.map(({ from, to, text }) => ({
        ALIGNABLE_ANNOTATION: {
          '@ANNOTATION_ID': `a${++annotations}`,
          '@TIME_SLOT_REF1': ids.get(from),
          '@TIME_SLOT_REF2': ids.get(to),
          ANNOTATION_VALUE: text,
        },
      })),
    })),
  };
}

function mediaDescriptor({ path: media, kind }: WrittenRecording, file: string): unknown {
  const relative = path
    .relative(path.dirname(path.resolve(file)), media)
    .split(path.sep)
    .join('/');
  return {
    '@MEDIA_URL': pathToFileURL(media).href,
    '@MIME_TYPE': kind === 'audio' ? 'audio/x-wav' : 'video/mp4',
    '@RELATIVE_MEDIA_URL': relative.startsWith('.') ? relative : `./${relative}`,
  };
}

function write(recordings: readonly WrittenRecording[], { file }: { file: string }) {
  const recording = recordings[0]!;
  const { slots, tiers } = slotsAndTiers(recording);
  const text = builder.build({
    '?xml': { '@version': '1.0', '@encoding': 'UTF-8' },
    ANNOTATION_DOCUMENT: {
      '@AUTHOR': '',
      '@DATE': new Date().toISOString(),
      '@FORMAT': '3.0',
      '@VERSION': '3.0',
      '@xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
      '@xsi:noNamespaceSchemaLocation': 'http://www.mpi.nl/tools/elan/EAFv3.0.xsd',
      HEADER: {
        '@MEDIA_FILE': '',
        '@TIME_UNITS': 'milliseconds',
        MEDIA_DESCRIPTOR: [mediaDescriptor(recording, file)],
      },
      TIME_ORDER: { TIME_SLOT: slots },
      TIER: tiers,
      LINGUISTIC_TYPE: { '@GRAPHIC_REFERENCES': 'false', '@LINGUISTIC_TYPE_ID': 'event', '@TIME_ALIGNABLE': 'true' },
    },
  }) as string;
  const lost = droppedFields(recordings, { modality: true });
  const points = recording.events.filter(({ offsetS }) => offsetS === null).length;
  if (points > 0) lost.push(`point events become a millisecond long (${points})`);
  return { text, lost };
}

export const elanEaf: EventFileFormat = { format: 'elan', extension: '.eaf', holds: 'recording', read, write };
