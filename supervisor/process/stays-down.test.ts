import { expect, it } from 'vitest';
import type { Service } from '../decide/service.ts';
import { sampleService } from '../decide/testing.ts';
import { staysDown } from './stays-down.ts';

const down = (dueAt: number): Service => ({ kind: 'down', since: 0, dueAt, reason: '' });

it.each<[string, Service, boolean]>([
  ['a short wait is over before systemd would act', down(2000), false],
  ['a long wait would be cut short by systemd', down(5000), true],
  ['a person stopped it', sampleService('stopped'), true],
  ['held without a process', { ...sampleService('held'), process: null } as Service, true],
  ['it runs', sampleService('up'), false],
  ['a start is under way', sampleService('spawning'), false],
])('%s: %#', (_title, service, expected) => expect(staysDown(service, 0)).toBe(expected));
