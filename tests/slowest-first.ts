/**
 * The order in which test files begin. A file that takes minutes and comes last keeps all but one worker waiting, and a
 * fresh checkout knows no durations.
 */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Those of more than half a minute on two cores, the longest first. */
const SLOW = [
  'e2e/hanging-agents',
  'e2e/systemd',
  'e2e/kill-sweep',
  'e2e/drills',
  'e2e/systemd-emergency',
  'integration/emergency',
  'integration/emergency-ways',
  'chaos/chaos',
];

export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const place = SLOW.findIndex((name) => moduleId.endsWith(`tests/${name}.test.ts`));
      return place === -1 ? SLOW.length : place;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}
