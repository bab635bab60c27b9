// npm run check: the rules of the house, without tests.
import { houseRules } from './house.mjs';

for (const [name, run] of houseRules) {
  console.log(`== ${name}`);
  if ((await run()) !== 0) {
    console.log(`== ${name}: FAILED`);
    process.exitCode = 1;
  }
}
