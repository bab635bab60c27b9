// Everything known about the open clip, asked for once and again when it changes.
import { defineStore } from 'pinia';
import { ref, shallowRef, watch } from 'vue';
import type { InferContractRouterOutputs } from '@orpc/contract';
import type { Contract } from '../../../shared/contract/index.ts';
import { client } from '../engine/client.ts';
import { failureFrom } from '../engine/failure.ts';
import type { Failure } from '../engine/failure.ts';
import { latest } from '../../../shared/async/latest.ts';
import { useClips } from './clips.ts';
import { onEngineEvent } from './eventRouter.ts';
import { useSelection } from './selection.ts';

export type ClipDetail = InferContractRouterOutputs<Contract>['clips']['get'];

export const useClipDetail = defineStore('clipDetail', () => {
  const [clips, selection] = [useClips(), useSelection()];
  const detail = shallowRef<ClipDetail | null>(null);
  const failure = shallowRef<Failure | null>(null);
  const loading = ref(false);
  const ask = latest((clipId: number) => client.clips.get({ clipId }));

  async function refresh(): Promise<void> {
    const clipId = selection.current;
    if (clipId === null) {
      detail.value = null;
      return;
    }
    loading.value = true;
    const asked = clips.now();
    try {
      const answer = await ask(clipId);
      if (!answer) return;
      detail.value = answer;
      failure.value = null;
      const {
        media: _media,
        siblings: _siblings,
        predictions: _predictions,
        attribution: _attribution,
        correspondence: _correspondence,
        ...clip
      } = answer;
      clips.receive([clip], asked);
    } catch (error) {
      failure.value = failureFrom(error);
      detail.value = null;
    }
    loading.value = false;
  }
  watch(
    () => selection.current,
    () => void refresh(),
    { immediate: true },
  );
  onEngineEvent((event) => {
    if (event.type === 'predictionsChanged' || event.type === 'classifiersChanged' || event.type === 'columnsChanged')
      void refresh();
  });
  return { detail, failure, loading, refresh };
});
