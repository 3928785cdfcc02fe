/**
 * `node model.mjs PORT STEPS HEARD`: Anthropic's stand-in for a machine of the systemd tests. A request is answered with the
 * step that follows the answers it holds, so that each session begins with the first; what tools told is written down.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { newestInput } from '../../../src/offline-model/request.ts';
import { startAnthropic } from '../../world/anthropic.ts';
import { call, say } from '../../world/anthropic-script.ts';
import type { ModelStep } from './model-step.ts';

const [, , port, stepsFile = '', heardFile = ''] = process.argv;
const model = await startAnthropic({ port: Number(port) });

model.script.match((request) => {
  const steps: ModelStep[] = JSON.parse(readFileSync(stepsFile, 'utf8'));
  const index = request.messages.filter(({ role }) => role === 'assistant').length;
  const told = newestInput(request).toolResult?.output;
  if (told !== undefined) appendFileSync(heardFile, `${JSON.stringify(told)}\n`);
  const step = steps[index] ?? { say: 'done' };
  // What comes after it is heard and never answered.
  if (steps[index + 1] === 'silence') void model.misbehave({ kind: 'hang', afterEvents: 0 });
  if (step === 'silence') return say('');
  return 'say' in step ? say(step.say) : call(step.call, step.input);
});
