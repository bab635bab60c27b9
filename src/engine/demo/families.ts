// The families of the demo collection, in the order clips are made.
import type { EventFamily } from './demoEvent.ts';
import { alarm } from './events/alarm.ts';
import { bell } from './events/bell.ts';
import { bird } from './events/bird.ts';
import { clock } from './events/clock.ts';
import { dog } from './events/dog.ts';
import { drum } from './events/drum.ts';
import { engine } from './events/engine.ts';
import { fire } from './events/fire.ts';
import { footsteps } from './events/footsteps.ts';
import { frog } from './events/frog.ts';
import { rain } from './events/rain.ts';
import { siren } from './events/siren.ts';
import { speech } from './events/speech.ts';
import { waves } from './events/waves.ts';

export const families: readonly EventFamily[] = [
  bell,
  rain,
  dog,
  engine,
  bird,
  drum,
  speech,
  waves,
  clock,
  siren,
  footsteps,
  fire,
  frog,
  alarm,
];
