// Plain URLs beside the contract: media with byte ranges, and bulk numbers as safetensors.

/** Digits of the hash of a file's bytes that name its content. */
export const contentDigits = 16;
/** A clip as its addresses name it. `content`: the first digits of that hash. */
export interface AddressedClip {
  id: number;
  content: string;
  startS: number;
  endS: number;
}
/** Names what a clip's pictures show, in addresses and in the workspace's own files. Its number alone does not: another workspace behind the same address counts from one again, and a file may change. */
export const clipVersion = ({ content, startS, endS }: Omit<AddressedClip, 'id'>): string =>
  `${content}-${Math.round(startS * 1000)}-${Math.round(endS * 1000)}`;
const clipUrl = (clip: AddressedClip, what: string): string => `/media/clips/${clip.id}/${what}?v=${clipVersion(clip)}`;

/** The original file, with byte ranges. The clip is its window [startS, endS). */
export const sourceUrl = (clip: AddressedClip): string => clipUrl(clip, 'source');
/** An MP4 (H.264, AAC) of the clip's window, made when asked for: for what a browser cannot play itself. */
export const previewUrl = (clip: AddressedClip): string => clipUrl(clip, 'preview.mp4');
export const thumbnailUrl = (clip: AddressedClip): string => clipUrl(clip, 'thumbnail.jpg');
/** Frame k = 0..9 as the model sees it, 224 x 224. */
export const frameUrl = (clip: AddressedClip, k: number): string => clipUrl(clip, `frames/${k}.jpg`);
/** Log-mel spectrogram, one column per 10 ms, low frequencies at the bottom, 128 px high. */
export const spectrogramUrl = (clip: AddressedClip): string => clipUrl(clip, 'spectrogram.png');
/** safetensors: `fbank` F32 [T,128] (log-mel, unnormalised), `frames` U8 [10,224,224,3], where the clip has them. */
export const inputUrl = (clipId: number): string => `/media/clips/${clipId}/input.safetensors`;
/** safetensors: `clipIds` I32 [n], `xy` F32 [n,2], in the present state of the optimiser. `towards`: turned to match that map. */
export const projectionUrl = (projectionId: number, towards?: number): string =>
  `/data/projections/${projectionId}.safetensors${towards === undefined ? '' : `?towards=${towards}`}`;
/** Of masked reconstruction: E_a, E_v, and what follows on both. */
export const autoencoderParts = ['sound', 'picture', 'joint'] as const;
export type AutoencoderPart = (typeof autoencoderParts)[number];
/** ONNX graph of a part of a model's masked reconstruction (see engine/checkpoint/onnx/autoencoderGraph.ts for inputs and outputs), made when first asked for. */
export const autoencoderUrl = (modelId: string, part: AutoencoderPart): string =>
  `/data/models/${encodeURIComponent(modelId)}/autoencoder-${part}.onnx`;
/** POST a file body here (name in the `x-file-name` header, URI-encoded; `x-purpose: search` for what is only searched by); answers `{ path }`, importable. */
export const uploadUrl = '/upload';
/** A file under the workspace's `exports` folder, to be saved by a browser; `path` is relative to that folder, with slashes. */
export const exportedUrl = (path: string): string => `/exports/${path.split('/').map(encodeURIComponent).join('/')}`;
