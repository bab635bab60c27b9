// Everything a recording says of itself, and the files beside it say of it.
import { FormatContext, Dictionary } from 'node-av/lib';
import { mediaKindOf } from '../mediaKind.ts';
import { openMedia } from '../nodeAv/openMedia.ts';
import { captionTracks, type CaptionTrack } from './captions.ts';
import { sidecarTags } from './sidecarTags.ts';
import { boundedTags, type Tags } from './tags.ts';
import { wavTags } from './wavChunks.ts';

export interface FileTags {
  file: Tags;
  sidecar: Tags;
  captions: CaptionTrack[];
}

/** Tags of the container, then of its streams where the container has none of that name. */
async function containerTags(path: string): Promise<Tags> {
  await using media = await openMedia(path);
  const { format } = media as { format: FormatContext };
  const dictionaries: (Dictionary | null)[] = [format.metadata, ...format.streams.map((stream) => stream.metadata)];
  const tags: Tags = {};
  for (const dictionary of dictionaries)
    for (const [key, value] of Object.entries(dictionary?.getAll() ?? {})) if (value.trim()) tags[key] ??= value.trim();
  return tags;
}

/** A file that cannot be read any more says nothing; its sidecars still do. */
export async function fileTags(path: string): Promise<FileTags> {
  const wav = /\.(wav|wave|bwf|rf64)$/i.test(path) ? await wavTags(path).catch((): Tags => ({})) : {};
  const container = mediaKindOf(path) === 'image' ? {} : await containerTags(path).catch((): Tags => ({}));
  return {
    file: boundedTags({ ...container, ...wav }),
    sidecar: await sidecarTags(path),
    captions: await captionTracks(path, mediaKindOf(path) === 'image'),
  };
}
