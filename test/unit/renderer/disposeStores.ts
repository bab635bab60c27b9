// TEST CODE. Ends the stores that a suite of the page made, as closing the window does: their timers and listeners go with them.
import { disposePinia, getActivePinia, type Pinia } from 'pinia';
import { afterAll, afterEach } from 'vitest';

const made = new Set<Pinia>();
afterEach(() => {
  const active = getActivePinia();
  if (active) made.add(active);
});
afterAll(() => made.forEach((pinia) => disposePinia(pinia)));
