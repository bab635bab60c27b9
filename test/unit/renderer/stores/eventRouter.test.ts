import { describe, expect, it } from 'vitest';
import { effectScope } from 'vue';
import { engineListeners, onEngineEvent } from '../../../../src/renderer/src/stores/eventRouter.ts';

describe('a listener of engine events', () => {
  it('ends with the component or store that asked for it', () => {
    const before = engineListeners();
    const scope = effectScope();
    scope.run(() => onEngineEvent(() => undefined));
    expect(engineListeners()).toBe(before + 1);
    scope.stop();
    expect(engineListeners()).toBe(before);
  });

  it('ends by the function it returns, where nobody owns it', () => {
    const before = engineListeners();
    const end = onEngineEvent(() => undefined);
    expect(engineListeners()).toBe(before + 1);
    end();
    end();
    expect(engineListeners()).toBe(before);
  });
});
