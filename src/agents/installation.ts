/** What tells this home apart from others on the same host: an id for labels, a secret for placeholders. */
import { createHmac, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { RunnerConfig } from '../../contracts/link.ts';

const schema = z.object({ id: z.string().regex(/^[0-9a-f]{12}$/), secret: z.string().min(32) });
export type Installation = z.infer<typeof schema>;

/** The identity is there but unreadable; making a new one would forget the agents that still run. */
export class InstallationError extends Error {
  readonly code = 'INSTALLATION';
}

/**
 * Reads `data/installation.json`, or makes it once.
 * @throws InstallationError
 */
export function loadInstallation(dataDir: string): Installation {
  const path = join(dataDir, 'installation.json');
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw new InstallationError(
        `${path} can't be read: mend it, or remove it (agents left from before are then unknown)`,
        { cause },
      );
    }
    const made = { id: randomBytes(6).toString('hex'), secret: randomBytes(32).toString('base64url') };
    mkdirSync(dataDir, { recursive: true });
    const fresh = `${path}.new`;
    writeFileSync(fresh, `${JSON.stringify(made)}\n`, { mode: 0o600 });
    renameSync(fresh, path);
    return made;
  }
}

/**
 * The stand-in credential of one agent. Derived, so that the broker of a later process knows it without keeping
 * it, and the same for both kinds, so that a sign-in of another kind doesn't lock an adopted agent out; worthless
 * outside, since only the broker on that agent's own socket takes it.
 */
export function placeholderFor(
  installation: Installation,
  agentId: string,
  kind: RunnerConfig['placeholder']['kind'],
) {
  const digest = createHmac('sha256', installation.secret).update(agentId).digest('base64url');
  return { kind, value: `sk-ant-nanoclaw-${digest}` };
}
