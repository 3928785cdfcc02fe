/** Whether an engine that runs without root can see our folders at all. */
import { stat } from 'node:fs/promises';
import type { EngineFacts } from '../contracts/sandbox-row.ts';

/**
 * Such an engine has its user's rights, so agents' folders must be that user's; its socket tells who that is. Null when
 * all is well or the engine is not reached through a socket of this host.
 */
export async function findStranger(engine: EngineFacts, socketPath: string | null): Promise<string | null> {
  if (!engine.rootless || socketPath === null) return null;
  const { uid } = await stat(socketPath);
  const own = process.getuid?.() ?? uid;
  if (uid === own) return null;
  return `This Docker engine runs without root, as user ${uid}, and cannot give agents the folders of user ${own}. Run nanoclaw as user ${uid}, or choose another engine with DOCKER_HOST.`;
}
