// The clip panel: player in step with the spectrogram, frames, labels, predictions, neighbours, facts.
import { Film, Play, Repeat, Search, SkipBack, SkipForward, StepBack, StepForward, VolumeX } from '@lucide/vue';
import { defineAsyncComponent } from 'vue';
import type { Feature } from '../../feature.ts';
import { client } from '../../engine/client.ts';
import { similarityText } from '../../components/similarityText.ts';
import { useClipDetail } from '../../stores/clipDetail.ts';
import { useLayout } from '../../stores/layout.ts';
import { usePlayer } from '../../stores/player.ts';
import { useScope } from '../../stores/scope.ts';
import { useSelection } from '../../stores/selection.ts';

export const clipFeature: Feature = {
  name: 'clip',
  panels: [{ id: 'clip', title: 'Clip', icon: Film, component: defineAsyncComponent(() => import('./ClipPanel.vue')) }],
  commands: () => {
    const [layout, player, scope, selection] = [useLayout(), usePlayer(), useScope(), useSelection()];
    const detail = useClipDetail();
    /** Of the open clip's file; 25 where it has none. */
    const frameRateHz = (): number =>
      (detail.detail?.id === selection.current ? detail.detail?.media.frameRateHz : null) ?? 25;
    const ready = (): boolean => player.attached !== null;
    return [
      {
        id: 'player.toggle',
        title: 'Play or pause',
        group: 'Clip',
        keys: ['space'],
        icon: Play,
        enabled: ready,
        run: () => player.toggle(),
      },
      {
        id: 'player.back',
        title: 'Back half a second',
        group: 'Clip',
        keys: ['arrowleft'],
        icon: SkipBack,
        enabled: ready,
        run: () => player.seek(player.timeS - 0.5),
      },
      {
        id: 'player.forward',
        title: 'Forward half a second',
        group: 'Clip',
        keys: ['arrowright'],
        icon: SkipForward,
        enabled: ready,
        run: () => player.seek(player.timeS + 0.5),
      },
      {
        id: 'player.nudgeBack',
        title: 'Back a tenth of a second',
        group: 'Clip',
        keys: ['shift+arrowleft'],
        enabled: ready,
        run: () => player.seek(player.timeS - 0.1),
      },
      {
        id: 'player.nudgeForward',
        title: 'Forward a tenth of a second',
        group: 'Clip',
        keys: ['shift+arrowright'],
        enabled: ready,
        run: () => player.seek(player.timeS + 0.1),
      },
      {
        id: 'player.frameBack',
        title: 'One frame back',
        group: 'Clip',
        keys: [','],
        icon: StepBack,
        enabled: ready,
        run: () => player.stepFrame(-1, frameRateHz()),
      },
      {
        id: 'player.frameForward',
        title: 'One frame forward',
        group: 'Clip',
        keys: ['.'],
        icon: StepForward,
        enabled: ready,
        run: () => player.stepFrame(1, frameRateHz()),
      },
      {
        id: 'player.slower',
        title: 'Play slower',
        group: 'Clip',
        keys: ['['],
        enabled: ready,
        run: () => player.stepRate(-1),
      },
      {
        id: 'player.faster',
        title: 'Play faster',
        group: 'Clip',
        keys: [']'],
        enabled: ready,
        run: () => player.stepRate(1),
      },
      {
        id: 'player.loop',
        title: 'Loop the clip',
        group: 'Clip',
        keys: ['alt+r'],
        icon: Repeat,
        run: () => {
          player.loop = !player.loop;
        },
      },
      {
        id: 'player.mute',
        title: 'Mute or unmute',
        group: 'Clip',
        icon: VolumeX,
        run: () => player.setMuted(!player.muted),
      },
      {
        id: 'search.similar',
        title: 'More like this',
        group: 'Explore',
        icon: Search,
        keys: ['mod+l'],
        enabled: () => selection.targets.length > 0,
        run: async () => {
          const rows = await client.search.similar({ positives: selection.targets.slice(0, 100), k: 60 });
          scope.show({
            title: selection.size > 0 ? `Like the ${selection.size} selected` : 'More like this',
            clipIds: rows.map((row) => row.clipId),
            reasons: new Map(rows.map((row) => [row.clipId, `similarity ${similarityText(row.score)}`])),
          });
          layout.showPanel('grid');
        },
      },
    ];
  },
};
