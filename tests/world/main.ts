/**
 * `node dist/world.js [--port N]`: the test world as a process. One JSON line with the addresses goes to stdout,
 * a help text to stderr; SIGTERM and SIGINT end it.
 */
import { parseArgs } from 'node:util';
import { EXIT } from '../../contracts/exit-codes.ts';
import { startWorld, type World } from './world.ts';

const USAGE = 'usage: node dist/world.js [--port N]   (N for the control, N+1 to N+9 for the stand-ins)';

function readPort(): number | null {
  try {
    const { values } = parseArgs({ options: { port: { type: 'string' } } });
    const port = Number(values.port ?? 0);
    return Number.isInteger(port) && port >= 0 && port <= 65_526 ? port : null;
  } catch {
    return null; // unknown options: the usage line tells which there are
  }
}

function help({ addresses }: World): string {
  return [
    'The test world is up. Point the product at it:',
    `  ANTHROPIC_BASE_URL=${addresses.anthropic}`,
    `  DISCORD_WEBHOOK_URL=${addresses.webhook}`,
    `  COPILOT_API_URL=${addresses.copilot}`,
    `  ANTHROPIC_API_KEY_FALLBACK=${addresses.apiKey}`,
    `  CLAUDE_OAUTH_TOKEN_URL=${addresses.oauth}`,
    `  THREADS_API_URL=${addresses.threads}`,
    'See what the stand-ins got, and which faults they know:',
    `  curl -s ${addresses.control}/world | jq`,
    'Break one, and heal it:',
    `  curl -s ${addresses.control}/world/anthropic/misbehave -d '{"kind":"status","status":529,"times":2}'`,
    `  curl -s ${addresses.control}/world/webhook/misbehave -d '{"kind":"refuse"}'`,
    `  curl -s ${addresses.control}/world/webhook/misbehave -d '{"kind":"none"}'`,
    '',
  ].join('\n');
}

const port = readPort();
if (port === null) {
  process.stderr.write(`${USAGE}\n`);
  process.exit(EXIT.usage);
}
const world = await startWorld({ port }).catch((error: unknown) => {
  process.stderr.write(`the test world cannot start: ${error instanceof Error ? error.message : error}\n`);
  process.exit(EXIT.portInUse); // listening on loopback has no other way to fail
});
process.stdout.write(`${JSON.stringify(world.addresses)}\n`);
process.stderr.write(help(world));
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void world.stop());
