import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it } from 'vitest';
import { usePlayer } from '../../../../src/renderer/src/stores/player.ts';

beforeEach(() => setActivePinia(createPinia()));

describe('the player', () => {
  it('steps through the speeds and stops at the ends', () => {
    const player = usePlayer();
    const after = (rate: number, by: 1 | -1): number => {
      player.setRate(rate);
      player.stepRate(by);
      return player.rate;
    };
    expect([after(1, 1), after(2, 1), after(0.25, -1), after(0.5, 1)]).toEqual([1.5, 2, 0.25, 1]);
  });

  it('goes from frame to frame, within the clip', () => {
    const player = usePlayer();
    const element = {
      currentTime: 0,
      pause: () => undefined,
      muted: false,
      playbackRate: 1,
    } as unknown as HTMLMediaElement;
    player.attach({ element, offsetS: 20, lengthS: 1 });
    player.seek(0.2);
    player.stepFrame(1, 10);
    expect(element.currentTime).toBeCloseTo(20.3, 2);
    player.stepFrame(-1, 10);
    player.stepFrame(-1, 10);
    expect(element.currentTime).toBeCloseTo(20.1, 2);
    for (let n = 0; n < 20; n++) player.stepFrame(1, 10);
    expect(element.currentTime).toBeLessThan(21);
  });
});
