// What each badge means: inputs are shown for what they are.
import {
  AudioLines,
  Ban,
  Copy,
  FileQuestion,
  FileWarning,
  Image,
  ImageOff,
  Pause,
  Scissors,
  VolumeX,
  Wrench,
} from '@lucide/vue';
import type { Component } from 'vue';
import type { Badge } from '../../../shared/contract/clip.ts';

export interface BadgeInfo {
  name: string;
  meaning: string;
  icon: Component;
  tone: 'calm' | 'warn' | 'bad';
}

export const badgeInfo: Record<Badge, BadgeInfo> = {
  'no-sound': {
    name: 'No sound',
    meaning: 'The file has no sound. Only the pictures are used.',
    icon: VolumeX,
    tone: 'calm',
  },
  'no-picture': {
    name: 'No picture',
    meaning: 'The file has no picture. Only the sound is used.',
    icon: ImageOff,
    tone: 'calm',
  },
  silent: { name: 'Silent', meaning: 'There is a sound track, but nothing to hear in it.', icon: Ban, tone: 'warn' },
  padded: {
    name: 'Padded',
    meaning: 'Shorter than the window: the model sees silence after its end.',
    icon: AudioLines,
    tone: 'calm',
  },
  cut: {
    name: 'Window',
    meaning: 'A window of a longer file. The file itself is untouched.',
    icon: Scissors,
    tone: 'calm',
  },
  frozen: { name: 'Frozen picture', meaning: 'All ten frames are the same picture.', icon: Pause, tone: 'warn' },
  salvaged: {
    name: 'Salvaged',
    meaning: 'The file is damaged; what could be decoded is used.',
    icon: Wrench,
    tone: 'warn',
  },
  still: { name: 'Still', meaning: 'A single picture, not a video.', icon: Image, tone: 'calm' },
  missing: {
    name: 'Missing',
    meaning: 'The file is not where it was. Relink its folder under Sources.',
    icon: FileQuestion,
    tone: 'bad',
  },
  changed: {
    name: 'Changed',
    meaning: 'The file changed since it was imported. Import it again to update.',
    icon: FileWarning,
    tone: 'warn',
  },
  duplicate: { name: 'Duplicate', meaning: 'The same content as another file.', icon: Copy, tone: 'calm' },
};
