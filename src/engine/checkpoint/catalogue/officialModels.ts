// The checkpoints the paper's authors publish: names, uses, results and links as in the README of their repository
// (MODEL.md §8). The authors publish neither sizes nor hashes: sizes here are those of the weights, and a download is
// verified by its records' CRC and by holding exactly the tensors it must.
import { sizes, syncOptions, type CavMaeConfig } from '../../model/config.ts';
import { parameterCount } from '../parameterCount.ts';

export const authorsPage = 'https://github.com/YuanGongND/cav-mae#pretrained-models';
export const citation =
  'Gong, Y., Rouditchenko, A., Liu, A. H., Harwath, D., Karlinsky, L., Kuehne, H., & Glass, J. (2023). Contrastive Audio-Visual Masked Autoencoder. ICLR 2023. https://openreview.net/forum?id=QPtMRyk5rb';

export interface OfficialModel {
  id: string;
  name: string;
  purpose: string;
  /** Null: not linked in the README; the file can be dropped in. */
  url: string | null;
  kind: 'cavmae' | 'cavmaeft';
  classes: number;
  /** Of the paper's size, all of them. */
  parameters: number;
  normPixLoss: boolean;
  trainedOn: 'real' | 'pictures';
  licence: string;
  licenceNote: string | null;
  sha256: string | null;
  /** Of the model's paper; the first one's where left out. */
  citation?: string;
  /** What its configuration adds to the paper's size. */
  config?: Partial<CavMaeConfig>;
}

/**
 * The repository, and with it the checkpoints, is BSD-2-Clause; the vision MAE that all of them start from is not
 * (github.com/facebookresearch/mae, LICENSE).
 */
const terms = (id: string): Pick<OfficialModel, 'trainedOn' | 'licence' | 'licenceNote'> =>
  id === 'vision-mae-start'
    ? {
        trainedOn: 'pictures',
        licence: 'CC-BY-NC-4.0',
        licenceNote:
          'These are the vision-MAE weights of Meta AI, for non-commercial use only, in the layout of CAV-MAE.',
      }
    : {
        trainedOn: 'real',
        licence: 'BSD-2-Clause',
        licenceNote:
          'As its authors publish it. Its training started from vision-MAE weights of Meta AI under CC BY-NC 4.0 (non-commercial).',
      };

const dropbox = (path: string): string => `https://www.dropbox.com/s/${path}?dl=1`;
const pretrained = (id: string, name: string, purpose: string, path: string, normPixLoss = true): OfficialModel => ({
  id,
  name,
  purpose,
  url: dropbox(path),
  kind: 'cavmae',
  classes: 0,
  parameters: parameterCount(sizes.base, 'cavmae'),
  normPixLoss,
  ...terms(id),
  sha256: null,
});
const finetuned = (id: string, name: string, purpose: string, classes: number, path: string): OfficialModel => ({
  id,
  name,
  purpose,
  url: dropbox(path),
  kind: 'cavmaeft',
  classes,
  parameters: parameterCount(sizes.base, 'cavmaeft', classes),
  normPixLoss: true,
  ...terms(id),
  sha256: null,
});

const syncCitation =
  'Araujo, E., Rouditchenko, A., Gong, Y., Bhati, S., Thomas, S., Kingsbury, B., Karlinsky, L., Feris, R., Glass, J., & Kuehne, H. (2025). CAV-MAE Sync: Improving Contrastive Audio-Visual Mask Autoencoders via Fine-Grained Alignment. CVPR 2025. https://arxiv.org/abs/2505.01237';

export const officialModels: readonly OfficialModel[] = [
  {
    id: 'cav-mae-sync',
    name: 'CAV-MAE Sync',
    purpose: 'Matches each picture with the sound around it: for retrieval and for finding where a sound comes from.',
    // As its get_pretrained_model.sh fetches it from Google Drive.
    url: 'https://drive.usercontent.google.com/download?id=1KBCvDcEJ5l7WtRXVQZC6TJNUpY4L6UZo&export=download&confirm=t',
    kind: 'cavmae',
    classes: 0,
    parameters: parameterCount({ ...sizes.base, ...syncOptions }, 'cavmae'),
    normPixLoss: true,
    trainedOn: 'real',
    licence: 'BSD-2-Clause (code); none stated for the weights',
    licenceNote:
      'The repository is BSD-2-Clause; the file itself carries no licence. Its training started from vision-MAE weights of Meta AI under CC BY-NC 4.0 (non-commercial).',
    sha256: null,
    citation: syncCitation,
    config: syncOptions,
  },
  pretrained(
    'scale-plus-plus',
    'CAV-MAE Scale++',
    'Recommended for everything but inpainting. Pretrained on AudioSet-2M, batch 256.',
    'l5t5geufdy3qvnv/audio_model.21.pth',
  ),
  pretrained(
    'scale-plus',
    'CAV-MAE Scale+',
    "The paper's results. Pretrained on AudioSet-2M, batch 108.",
    'xu8bfie6hz86oev/audio_model.25.pth',
  ),
  pretrained(
    'base',
    'CAV-MAE Base',
    "The paper's results. Pretrained on AudioSet-2M, batch 48.",
    'wxrjgr86gdhc5k8/cav-mae-base.pth',
  ),
  pretrained(
    'base-nonorm',
    'CAV-MAE Base NoNorm',
    'Reconstruction in true colours and levels (inpainting): trained on raw patches, batch 48.',
    'arrg7cb3e4hhjwu/cav-mae-base-nonorm.pth',
    false,
  ),
  pretrained(
    'base-mask-50',
    'CAV-MAE Base, mask 50 %',
    'Ablation: half of the patches masked in pretraining.',
    'dgorer0ybdbnvgf/50.pth',
  ),
  pretrained(
    'base-mask-65',
    'CAV-MAE Base, mask 65 %',
    'Ablation: 65 % of the patches masked in pretraining.',
    'xmuyksqch6l6g87/65.pth',
  ),
  pretrained(
    'base-mask-85',
    'CAV-MAE Base, mask 85 %',
    'Ablation: 85 % of the patches masked in pretraining.',
    'y3o9zggpecmrbnu/85.pth',
  ),
  pretrained(
    'base-tf-75',
    'CAV-MAE Base, time-frequency mask 75 %',
    'Ablation: audio masked in columns and rows.',
    'madv6ynuy5113zh/time_freq_75.pth',
  ),
  pretrained(
    'base-tf-50',
    'CAV-MAE Base, time-frequency mask 50 %',
    'Ablation: audio masked in columns and rows.',
    'nd7qlagn8je6zjn/time_freq_50.pth',
  ),
  pretrained(
    'base-time-75',
    'CAV-MAE Base, time mask 75 %',
    'Ablation: audio masked in columns.',
    'hfehd7m379ehr0y/time_75.pth',
  ),
  pretrained(
    'base-freq-75',
    'CAV-MAE Base, frequency mask 75 %',
    'Ablation: audio masked in rows.',
    'ad4fhzt6d3xre5p/freq_75.pth',
  ),
  pretrained(
    'base-contrast-0.001',
    'CAV-MAE Base, contrastive weight .001',
    'Ablation: a tenth of the contrastive weight.',
    '4j4qyiyjcmbtc6u/cav-mae-base-c0.001.pth',
  ),
  pretrained(
    'base-contrast-0.1',
    'CAV-MAE Base, contrastive weight .1',
    'Ablation: ten times the contrastive weight.',
    'wf54ver9rs9fl1b/cav-mae-base-c0.1.pth',
  ),
  pretrained(
    'scale-plus-single',
    'CAV-MAE Scale+, one-directional',
    'Ablation: batch 120, contrastive loss in one direction.',
    'mvhmg7eda410phr/single_direction.pth',
  ),
  pretrained(
    'scale-plus-symmetric',
    'CAV-MAE Scale+, symmetric',
    'Ablation: batch 120, contrastive loss in both directions.',
    'ute6ydkw4hdv7rn/symc.pth',
  ),
  pretrained(
    'vision-mae-start',
    'Vision-MAE start',
    'Where the paper starts its pretraining: vision-MAE weights adapted to CAV-MAE; not trained on sound.',
    '9nlz523a5q52w86/ori_mae_11.pth',
  ),
  finetuned(
    'as2m-av',
    'AudioSet-2M, sound and picture',
    '527 AudioSet classes; 51.2 mAP.',
    527,
    'hejj49zdgyyfsuh/as-full-51.2.pth',
  ),
  finetuned(
    'as20k-av',
    'AudioSet-20K, sound and picture',
    '527 AudioSet classes; 42.0 mAP.',
    527,
    '9x6y642so3zve5y/as-20k-42.0.pth',
  ),
  finetuned(
    'vggsound-av',
    'VGGSound, sound and picture',
    '309 VGGSound classes; 65.5 % accuracy.',
    309,
    'f4wrbxv2unewss9/vgg_65.5.pth',
  ),
  finetuned(
    'vggsound-av-pretrained',
    'VGGSound, sound and picture, pretrained on VGGSound too',
    '309 VGGSound classes; 65.9 % accuracy.',
    309,
    'q66s3mu526mj2x6/vgg_66.0.pth',
  ),
  finetuned(
    'as2m-audio',
    'AudioSet-2M, sound only',
    '527 AudioSet classes from sound; 46.6 mAP.',
    527,
    'itfw7p0ueq7z9og/as_46.6.pth',
  ),
  finetuned(
    'as20k-audio',
    'AudioSet-20K, sound only',
    '527 AudioSet classes from sound; 37.7 mAP.',
    527,
    'pariabyh1iyayda/as_37.7.pth',
  ),
  finetuned(
    'as20k-visual',
    'AudioSet-20K, picture only',
    '527 AudioSet classes from pictures; 20.0 mAP.',
    527,
    '9ngkq9ygwqecxz5/as_20.0.pth',
  ),
  finetuned(
    'vggsound-audio',
    'VGGSound, sound only',
    '309 VGGSound classes from sound; 59.8 % accuracy.',
    309,
    'l4rj0sgpnt08bp2/vgg_59.8.pth',
  ),
];

export const officialModel = (id: string): OfficialModel | undefined => officialModels.find((model) => model.id === id);
