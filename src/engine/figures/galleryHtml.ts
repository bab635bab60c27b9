// Reconstructions of many clips on one page that needs nothing else: pictures inside, no script but a sort, light and
// dark.
import {
  errorPicture,
  errorScale,
  maskedPicture,
  pastedPicture,
  stripedPadding,
  truePicture,
} from '../../shared/figures/pictures.ts';
import type { Modality } from '../../shared/signal/patchGrid.ts';
import type { Picture } from '../../shared/figures/pictures.ts';
import { escapeXml } from '../../shared/figures/figureSvg.ts';
import type { Pictured } from '../../shared/figures/reconstructionSide.ts';
import { dataUrl, pictureWebp } from './picturePng.ts';

export interface GalleryFacts {
  model: string;
  masking: string;
  frame: number;
  trained: boolean;
  perPatchStatistics: boolean;
  failed: readonly { name: string; message: string }[];
}

const lossText = (loss: number | null | undefined): string =>
  loss === null || loss === undefined ? '–' : loss.toFixed(3);

async function row(modality: Modality, { [modality]: side }: Pictured): Promise<string> {
  if (!side) return '';
  const { original, predicted, mask, error, frames } = side;
  const pictures: [string, Picture][] = [
    ['Original', truePicture(original)],
    ['Masked', maskedPicture(original, mask, modality)],
    ['Pasted', pastedPicture(original, predicted, mask, modality)],
    ['Error', errorPicture(original, error, mask, modality, errorScale(error, mask))],
  ];
  const cells = await Promise.all(
    pictures.map(
      async ([title, picture]) =>
        `<figure><img src="${dataUrl('webp', await pictureWebp(modality === 'A' ? stripedPadding(picture, frames) : picture))}" width="${picture.width}" height="${picture.height}" alt="${title}, ${modality === 'A' ? 'sound' : 'picture'}"><figcaption>${title}</figcaption></figure>`,
    ),
  );
  return `<div class="${modality === 'A' ? 'sound' : 'picture'}">${cells.join('')}</div>`;
}

/** One clip's part of the page. */
export async function gallerySection(name: string, pictured: Pictured): Promise<string> {
  const [a, v] = [pictured.A?.loss, pictured.V?.loss];
  const total = [a, v].flatMap((loss) => loss ?? []);
  return `<article data-name="${escapeXml(name)}" data-loss="${total.reduce((sum, x) => sum + x, 0) / Math.max(1, total.length)}"><h2>${escapeXml(name)}</h2><p>loss of the sound ${lossText(a)}, of the picture ${lossText(v)}</p>${await row('A', pictured)}${await row('V', pictured)}</article>`;
}

const style = `:root{color-scheme:light dark;font:14px/1.45 system-ui,'Segoe UI','DejaVu Sans',sans-serif;background:light-dark(#f7f8f9,#111418);color:light-dark(#191d22,#e7eaee)}
body{max-width:1180px;margin:0 auto;padding:24px}h1{font-size:20px;margin:0 0 4px}h2{font-size:14px;margin:0}p{margin:2px 0 8px;color:light-dark(#4c555f,#b3bbc6)}
article{padding:16px 0;border-top:1px solid light-dark(#d3d8de,#2a3038)}figure{margin:0;min-width:0}img{display:block;width:100%;height:auto;image-rendering:pixelated;border-radius:3px}
figcaption{font-size:11px;color:light-dark(#4c555f,#939dab)}.sound{display:grid;grid-template-columns:1fr 1fr;gap:6px 10px;margin-bottom:10px}.picture{display:grid;grid-template-columns:repeat(4,minmax(0,224px));gap:10px}
.warn{color:light-dark(#8a5a00,#e5b455)}button{font:inherit;margin-right:6px}@media(max-width:700px){.sound{grid-template-columns:1fr}.picture{grid-template-columns:1fr 1fr}}`;

const script = `for(const b of document.querySelectorAll('button'))b.onclick=()=>{const k=b.dataset.by,m=document.querySelector('main');
for(const a of [...m.children].sort((x,y)=>k==='name'?x.dataset.name.localeCompare(y.dataset.name):y.dataset.loss-x.dataset.loss))m.append(a)}`;

/** @param sections what `gallerySection` gave */
export function galleryHtml(
  sections: readonly string[],
  { model, masking, frame, trained, perPatchStatistics, failed }: GalleryFacts,
): string {
  const remarks = [
    ...(trained ? [] : ['<p class="warn">This model is randomly initialised: what it paints is noise.</p>']),
    ...(perPatchStatistics
      ? [
          '<p>The model predicts normalised patches, painted with each hidden patch’s own mean and spread, taken from the original.</p>',
        ]
      : []),
    ...(failed.length
      ? [
          `<p class="warn">Not reconstructed: ${failed.map(({ name, message }) => `${escapeXml(name)} (${escapeXml(message)})`).join('; ')}.</p>`,
        ]
      : []),
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Reconstructions, ${escapeXml(model)}</title><style>${style}</style></head>
<body><header><h1>What ${escapeXml(model)} reconstructs</h1><p>${sections.length} clip${sections.length === 1 ? '' : 's'}, frame ${frame + 1} of 10. Mask: ${escapeXml(masking)}. Loss: mean squared error over hidden patches. Sound: log-mel, 0 to 8 kHz upwards, ten seconds across, padding striped.</p>${remarks.join('')}
<p><button data-by="loss">Largest loss first</button><button data-by="name">By name</button></p></header>
<main>${sections.join('\n')}</main><script>${script}</script></body></html>
`;
}
